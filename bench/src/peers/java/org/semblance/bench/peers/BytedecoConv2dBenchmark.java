package org.semblance.bench.peers;

/** {@link Conv2dPeer} by {@link BytedecoEngine}. */
public class BytedecoConv2dBenchmark extends Conv2dPeer {
    public BytedecoConv2dBenchmark() {
        super(new BytedecoEngine());
    }
}
