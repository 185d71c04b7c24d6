package org.semblance.training.log;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.zip.CRC32C;

/**
 * A file of records as TensorFlow writes them: length (8 bytes), masked CRC-32C of the length, data, masked CRC-32C of
 * the data, least significant byte first. The mask turns the checksum right by 15 bits and adds {@code 0xa282ead8}.
 */
final class RecordFile implements AutoCloseable {
    private static final int MASK = 0xa282ead8;

    private final OutputStream out;

    /** A new file. @throws IOException if there is one already, or it cannot be made */
    RecordFile(Path path) throws IOException {
        out = new BufferedOutputStream(Files.newOutputStream(path, StandardOpenOption.CREATE_NEW));
    }

    void write(byte[] data) throws IOException {
        byte[] length = little(Long.BYTES).putLong(data.length).array();
        out.write(length);
        out.write(checksum(length));
        out.write(data);
        out.write(checksum(data));
    }

    void flush() throws IOException {
        out.flush();
    }

    private static byte[] checksum(byte[] data) {
        CRC32C crc = new CRC32C();
        crc.update(data);
        return little(Integer.BYTES)
                .putInt(Integer.rotateRight((int) crc.getValue(), 15) + MASK)
                .array();
    }

    private static ByteBuffer little(int size) {
        return ByteBuffer.allocate(size).order(ByteOrder.LITTLE_ENDIAN);
    }

    @Override
    public void close() throws IOException {
        out.close();
    }
}
