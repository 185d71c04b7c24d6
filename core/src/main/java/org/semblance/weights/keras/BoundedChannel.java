package org.semblance.weights.keras;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.NonWritableChannelException;
import java.nio.channels.SeekableByteChannel;

/** A file that may be read from only so often: damaged HDF5 can send its reader round in circles. */
final class BoundedChannel implements SeekableByteChannel {
    private static final long READS = 50_000;

    private final SeekableByteChannel file;
    private long left;

    BoundedChannel(SeekableByteChannel file) throws IOException {
        this.file = file;
        left = READS + file.size() / 64;
    }

    @Override
    public int read(ByteBuffer into) throws IOException {
        if (--left < 0) {
            throw new IOException(
                    "a file must be read in few steps, got more: its parts refer to each other in circles");
        }
        return file.read(into);
    }

    @Override
    public long position() throws IOException {
        return file.position();
    }

    @Override
    public SeekableByteChannel position(long place) throws IOException {
        file.position(place);
        return this;
    }

    @Override
    public long size() throws IOException {
        return file.size();
    }

    @Override
    public int write(ByteBuffer from) {
        throw new NonWritableChannelException();
    }

    @Override
    public SeekableByteChannel truncate(long size) {
        throw new NonWritableChannelException();
    }

    @Override
    public boolean isOpen() {
        return file.isOpen();
    }

    @Override
    public void close() throws IOException {
        file.close();
    }
}
