package org.semblance.weights;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;

/** Several sources as one run of bytes. */
record JoinedSource(List<ByteSource> parts) implements ByteSource {
    JoinedSource {
        parts = List.copyOf(parts);
    }

    @Override
    public long size() throws IOException {
        long size = 0;
        for (ByteSource part : parts) {
            size += part.size();
        }
        return size;
    }

    @Override
    public void read(long position, ByteBuffer into) throws IOException {
        long at = position;
        int end = into.limit();
        for (ByteSource part : parts) {
            long size = part.size();
            if (at < size && into.hasRemaining()) {
                int step = (int) Math.min(size - at, end - into.position());
                part.read(at, into.limit(into.position() + step));
                into.limit(end);
                at = size;
            }
            at -= size;
        }
        if (into.hasRemaining()) {
            throw new EOFException("weights: the files ended " + into.remaining() + " bytes early");
        }
    }

    @Override
    public void close() throws IOException {
        for (ByteSource part : parts) {
            part.close();
        }
    }
}
