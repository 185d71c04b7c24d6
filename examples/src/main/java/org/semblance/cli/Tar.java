package org.semblance.cli;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.function.BiConsumer;
import java.util.function.Predicate;

/** Reads the plain files of a ustar archive, as npm packs them. */
final class Tar {
    private static final int BLOCK = 512;
    private static final long MOST = 64 << 20;

    private Tar() {}

    /** Hands over the files that are wanted. */
    static void read(InputStream in, Predicate<String> wanted, BiConsumer<String, byte[]> file) throws IOException {
        for (byte[] header = in.readNBytes(BLOCK);
                header.length == BLOCK && header[0] != 0;
                header = in.readNBytes(BLOCK)) {
            long size = size(header);
            String name = text(header, 0, 100);
            if (isPlain(header) && wanted.test(name)) {
                byte[] content = in.readNBytes((int) size);
                if (content.length < size) {
                    throw new EOFException("the archive ends inside " + name);
                }
                file.accept(name, content);
            } else {
                in.skipNBytes(size);
            }
            in.skipNBytes(Math.floorMod(-size, BLOCK));
        }
    }

    private static boolean isPlain(byte[] header) {
        return header[156] == '0' || header[156] == 0;
    }

    private static long size(byte[] header) throws IOException {
        String digits = text(header, 124, 12).strip();
        if (!digits.matches("[0-7]{1,11}") || Long.parseLong(digits, 8) > MOST) {
            throw new IOException("the archive has a file of '" + digits + "' bytes");
        }
        return Long.parseLong(digits, 8);
    }

    private static String text(byte[] header, int start, int length) {
        int end = start;
        while (end < start + length && header[end] != 0) {
            end++;
        }
        return new String(header, start, end - start, StandardCharsets.US_ASCII);
    }
}
