package org.semblance.sequence;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.zip.CRC32;
import org.jspecify.annotations.Nullable;

/**
 * A file of records that grows at its end. Each stands behind its length and check sum; what an interrupted run left
 * unfinished at the end is cut off.
 */
final class RecordFile implements AutoCloseable {
    private static final int HEAD = Integer.BYTES + Long.BYTES;
    private static final int MOST = 1 << 26;

    private final FileChannel channel;
    private long[] starts = new long[64];
    private int count;
    private long end;

    private RecordFile(FileChannel channel) {
        this.channel = channel;
    }

    /** Opens the file, or makes it; more records go behind the whole ones. */
    static RecordFile open(Path path) throws IOException {
        FileChannel channel =
                FileChannel.open(path, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
        RecordFile file = new RecordFile(channel);
        try {
            file.scan();
            return file;
        } catch (IOException | RuntimeException e) {
            channel.close();
            throw e;
        }
    }

    /** Whether nobody else has it locked; it stays locked until it is closed. */
    boolean lock() throws IOException {
        try {
            return channel.tryLock() != null;
        } catch (OverlappingFileLockException e) {
            return false; // another run of this process
        }
    }

    private void scan() throws IOException {
        for (byte[] record = at(end); record != null; record = at(end)) {
            note(record.length);
        }
        channel.truncate(end);
    }

    private void note(int length) {
        if (count == starts.length) {
            starts = Arrays.copyOf(starts, 2 * count);
        }
        starts[count++] = end;
        end += HEAD + length;
    }

    /** The whole record that starts here, or null if there is none. */
    private byte @Nullable [] at(long place) throws IOException {
        if (place + HEAD > channel.size()) {
            return null;
        }
        ByteBuffer head = read(place, HEAD);
        int length = head.getInt();
        if (length < 0 || length > MOST || place + HEAD + length > channel.size()) {
            return null;
        }
        byte[] record = read(place + HEAD, length).array();
        return checkSum(record) == head.getLong() ? record : null;
    }

    private ByteBuffer read(long place, int length) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(length);
        while (bytes.hasRemaining()) {
            if (channel.read(bytes, place + bytes.position()) < 0) {
                throw new EOFException("records: the file became shorter while it was read");
            }
        }
        return bytes.flip();
    }

    /** Records in it. */
    int count() {
        return count;
    }

    /** Forgets the records from this number on. */
    void keep(int records) throws IOException {
        if (records < count) {
            end = starts[records];
            count = records;
            channel.truncate(end);
        }
    }

    /** One record. */
    byte[] get(int index) throws IOException {
        byte[] record = index < count ? at(starts[index]) : null;
        if (record == null) {
            throw new IOException("records: number " + index + " of " + count + " cannot be read");
        }
        return record;
    }

    void add(byte[] record) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(HEAD + record.length);
        bytes.putInt(record.length).putLong(checkSum(record)).put(record).flip();
        while (bytes.hasRemaining()) {
            channel.write(bytes, end + bytes.position());
        }
        note(record.length);
    }

    private static long checkSum(byte[] record) {
        CRC32 sum = new CRC32();
        sum.update(record);
        return sum.getValue();
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
