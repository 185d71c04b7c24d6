package org.semblance.onnx;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.jspecify.annotations.Nullable;

/** The elements of a tensor as a file stores them: numbers in a list, or a run of little-endian bytes somewhere. */
interface OnnxData {
    /** Numbers in a list, or null if there are bytes. */
    default double @Nullable [] typed() {
        return null;
    }

    /** The bytes, read now. */
    ByteBuffer bytes() throws IOException;

    /** Numbers that the file lists. */
    record Listed(double[] values) implements OnnxData {
        @Override
        public double[] typed() {
            return values;
        }

        @Override
        public ByteBuffer bytes() {
            throw new IllegalStateException("onnx: listed numbers have no bytes");
        }
    }

    /** Bytes on the heap. */
    record InMemory(byte[] all, int offset, int length) implements OnnxData {
        @Override
        public ByteBuffer bytes() {
            return ByteBuffer.wrap(all, offset, length).slice().order(ByteOrder.LITTLE_ENDIAN);
        }
    }

    /** Bytes of a file, which is opened for each read. */
    record InFile(Path path, long offset, long length) implements OnnxData {
        @Override
        public ByteBuffer bytes() throws IOException {
            ByteBuffer to = ByteBuffer.allocate(Math.toIntExact(length)).order(ByteOrder.LITTLE_ENDIAN);
            try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
                long at = offset;
                while (to.hasRemaining()) {
                    int got = channel.read(to, at);
                    if (got < 0) {
                        throw new IOException("onnx: " + path + " ended at byte " + at + " while it was read");
                    }
                    at += got;
                }
            }
            return to.flip();
        }
    }
}
