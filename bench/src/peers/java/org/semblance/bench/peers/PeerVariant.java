package org.semblance.bench.peers;

/** Ways to write the generator in PyTorch that compute the same; the fastest is the peer. */
public record PeerVariant(boolean channelsLast, boolean separable, boolean rgbByProduct) {
    /** From letters: {@code l} channels last, {@code s} separable filter, {@code p} conversion to RGB as a product. */
    public static PeerVariant of(String letters) {
        return new PeerVariant(letters.contains("l"), letters.contains("s"), letters.contains("p"));
    }
}
