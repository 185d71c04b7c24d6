package org.semblance.weights;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** Bytes that can be read at any position, from several threads at once. */
public interface ByteSource extends AutoCloseable {
    /** Number of bytes. */
    long size() throws IOException;

    /** Fills what remains of the buffer from this position on. */
    void read(long position, ByteBuffer into) throws IOException;

    @Override
    void close() throws IOException;

    /**
     * A part of these bytes, which shares them: closing it closes nothing.
     *
     * @throws EOFException if they end before the part does
     */
    default ByteSource slice(long from, long length) throws IOException {
        if (from < 0 || length < 0 || from > size() - length) {
            throw new EOFException(
                    "weights: " + length + " bytes from " + from + " must lie inside, got only " + size());
        }
        return new Part(this, from, length);
    }

    /** Bytes of a file, which stays open. */
    static ByteSource of(Path path) throws IOException {
        return new File(path, FileChannel.open(path, StandardOpenOption.READ));
    }

    /** Bytes on the heap, not copied. */
    static ByteSource of(byte[] bytes) {
        return new Memory(bytes);
    }

    /** Bytes of an open file. */
    record File(Path path, FileChannel channel) implements ByteSource {
        @Override
        public long size() throws IOException {
            return channel.size();
        }

        @Override
        public void read(long position, ByteBuffer into) throws IOException {
            if (!channel.isOpen()) {
                throw new IllegalStateException("weights: the file must be open, got a closed one [" + path + "]");
            }
            long at = position;
            while (into.hasRemaining()) {
                int got = channel.read(into, at);
                if (got < 0) {
                    throw new EOFException("weights: " + path + " ended at byte " + at + " while it was read");
                }
                at += got;
            }
        }

        @Override
        public void close() throws IOException {
            channel.close();
        }
    }

    /** Bytes on the heap. */
    record Memory(byte[] bytes) implements ByteSource {
        @Override
        public long size() {
            return bytes.length;
        }

        @Override
        public void read(long position, ByteBuffer into) {
            into.put(bytes, Math.toIntExact(position), into.remaining());
        }

        @Override
        public void close() {}
    }

    /** Some of the bytes of another source. */
    record Part(ByteSource whole, long from, long size) implements ByteSource {
        @Override
        public void read(long position, ByteBuffer into) throws IOException {
            if (position < 0 || position > size - into.remaining()) {
                throw new EOFException("weights: bytes ended at " + size + " while " + into.remaining() + " from "
                        + position + " were read");
            }
            whole.read(from + position, into);
        }

        @Override
        public ByteSource slice(long start, long length) throws IOException {
            if (start < 0 || length < 0 || start > size - length) {
                throw new EOFException(
                        "weights: " + length + " bytes from " + start + " must lie inside, got only " + size);
            }
            return new Part(whole, from + start, length);
        }

        @Override
        public void close() {}
    }
}
