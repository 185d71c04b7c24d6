package org.semblance.image;

import com.twelvemonkeys.imageio.metadata.Directory;
import com.twelvemonkeys.imageio.metadata.Entry;
import com.twelvemonkeys.imageio.metadata.tiff.TIFFReader;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import javax.imageio.stream.ImageInputStream;
import javax.imageio.stream.MemoryCacheImageInputStream;
import org.jspecify.annotations.Nullable;

/**
 * What a file says beside its pixels.
 *
 * @param components colour components of a JPEG; 0 where not said
 * @param bits of a decoded pixel
 * @param orientation as EXIF numbers it, 1 to 8; 1 is upright
 */
record FileFacts(int components, int bits, int orientation) {
    private static final int PNG_DEPTH = 24;
    private static final int PNG_COLOUR = 25;
    private static final int EXIF_ORIENTATION = 0x0112;
    private static final byte[] EXIF = {'E', 'x', 'i', 'f', 0, 0};

    /** Bytes of a pixel in arrays made from the decoder's, which is taken over if it is upright and 24 bits deep. */
    int copied() {
        return (bits == 24 ? 0 : 4) + (orientation == 1 ? 0 : 4);
    }

    static FileFacts of(byte[] file, boolean png) {
        return png ? ofPng(ByteBuffer.wrap(file)) : ofJpeg(ByteBuffer.wrap(file));
    }

    /** Segments begin with 0xff, a kind and a length; pixels follow the one of kind 0xda. */
    private static FileFacts ofJpeg(ByteBuffer file) {
        int components = 0;
        int orientation = 1;
        int at = 2;
        while (at + 4 <= file.limit() && (file.get(at) & 0xff) == 0xff) {
            int kind = file.get(at + 1) & 0xff;
            if (kind == 0xff) {
                at++;
                continue;
            }
            int length = file.getShort(at + 2) & 0xffff;
            int end = Math.min(file.limit(), at + 2 + length);
            if (kind == 0xda || length < 2) {
                break;
            }
            if (isFrame(kind) && at + 10 <= end) {
                components = file.get(at + 9) & 0xff;
            } else if (kind == 0xe1) {
                orientation = exif(file, at + 4, end, orientation);
            }
            at += 2 + length;
        }
        return new FileFacts(components, 8 * Math.max(components, 1), orientation);
    }

    private static boolean isFrame(int kind) {
        return kind >= 0xc0 && kind <= 0xcf && kind != 0xc4 && kind != 0xc8 && kind != 0xcc;
    }

    private static int exif(ByteBuffer file, int start, int end, int otherwise) {
        if (end - start <= EXIF.length || !ByteBuffer.wrap(EXIF).equals(file.slice(start, EXIF.length))) {
            return otherwise;
        }
        return orientation(file, start + EXIF.length, end);
    }

    /** Chunks of a length, a kind, data and a check sum. */
    private static FileFacts ofPng(ByteBuffer file) {
        int bits = pngBits(file);
        int at = 8;
        while (at + 12 <= file.limit()) {
            long length = Integer.toUnsignedLong(file.getInt(at));
            if (length > file.limit() - at - 12) {
                break;
            }
            if (file.getInt(at + 4) == 0x65584966) { // eXIf
                return new FileFacts(0, bits, orientation(file, at + 8, at + 8 + (int) length));
            }
            at += 12 + (int) length;
        }
        return new FileFacts(0, bits, 1);
    }

    /**
     * Of a pixel as the header's depth and kind of colours have it: grey, RGB, palette, and the first two with alpha.
     */
    private static int pngBits(ByteBuffer file) {
        if (file.limit() <= PNG_COLOUR) {
            return 8;
        }
        int samples =
                switch (file.get(PNG_COLOUR)) {
                    case 2 -> 3;
                    case 4 -> 2;
                    case 6 -> 4;
                    default -> 1;
                };
        return Math.max(1, file.get(PNG_DEPTH) & 0xff) * samples;
    }

    /** Of a TIFF structure; upright if it is damaged or silent. */
    private static int orientation(ByteBuffer file, int start, int end) {
        byte[] tiff = new byte[end - start];
        file.get(start, tiff);
        try (ImageInputStream in = new MemoryCacheImageInputStream(new ByteArrayInputStream(tiff))) {
            Directory directory = new TIFFReader().read(in);
            return orientation(directory.getEntryById(EXIF_ORIENTATION));
        } catch (IOException | RuntimeException e) {
            return 1; // pixels do not depend on it
        }
    }

    private static int orientation(@Nullable Entry entry) {
        int value = entry != null && entry.getValue() instanceof Number number ? number.intValue() : 1;
        return value >= 1 && value <= 8 ? value : 1;
    }
}
