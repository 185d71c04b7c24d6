package org.semblance.image;

import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;
import javax.imageio.ImageReader;
import javax.imageio.stream.ImageInputStream;
import javax.imageio.stream.MemoryCacheImageInputStream;
import org.jspecify.annotations.Nullable;

/** Reads PNG and JPEG with the JDK's decoders, having checked kind and size first. */
final class ImageReading {
    private static final int MAX_BYTES = 256 << 20;

    private ImageReading() {}

    static Image read(Path path) throws IOException {
        return photo(path, Image.MAX_PIXELS_READ).overWhite();
    }

    static Image read(InputStream in, String source) throws IOException {
        return photo(in, source, Image.MAX_PIXELS_READ).overWhite();
    }

    static Photo photo(Path path, int mostPixels) throws IOException {
        try (InputStream in = Files.newInputStream(path)) {
            return photo(in, path.toString(), mostPixels);
        } catch (NoSuchFileException e) {
            throw new IOException("image: cannot read " + path + ": no such file", e);
        }
    }

    static Photo photo(InputStream in, String source, int mostPixels) throws IOException {
        byte[] bytes = in.readNBytes(MAX_BYTES + 1);
        if (bytes.length > MAX_BYTES) {
            throw unreadable(source, "more than 256 MiB", null);
        }
        String format = format(bytes).orElseThrow(() -> unreadable(source, "not a PNG or JPEG file", null));
        FileFacts facts = FileFacts.of(bytes, format.equals("png"));
        ImageReader reader = Codecs.reader(format, facts.components() == 4);
        DecodedSize limit = new DecodedSize(
                format.equals("png"),
                facts.bits(),
                facts.copied(),
                bytes.length,
                mostPixels,
                Runtime.getRuntime().maxMemory());
        return BufferedPixels.toPhoto(decoded(reader, bytes, source, limit)).turned(facts.orientation());
    }

    private static Optional<String> format(byte[] bytes) {
        if (startsWith(bytes, 0x89, 'P', 'N', 'G', 0x0d, 0x0a, 0x1a, 0x0a)) {
            return Optional.of("png");
        }
        return startsWith(bytes, 0xff, 0xd8, 0xff) ? Optional.of("jpeg") : Optional.empty();
    }

    private static boolean startsWith(byte[] bytes, int... start) {
        for (int i = 0; i < start.length; i++) {
            if (i >= bytes.length || (bytes[i] & 0xff) != start[i]) {
                return false;
            }
        }
        return true;
    }

    private static BufferedImage decoded(ImageReader reader, byte[] bytes, String source, DecodedSize limit)
            throws IOException {
        try (ImageInputStream in = new MemoryCacheImageInputStream(new ByteArrayInputStream(bytes))) {
            reader.setInput(in, true, true);
            checkSize(reader, source, limit);
            return reader.read(0);
        } catch (TooLarge e) {
            throw e;
        } catch (IOException | RuntimeException e) {
            // the decoders answer damaged files with runtime exceptions of every kind
            throw unreadable(source, "damaged or of an unsupported kind (" + e.getMessage() + ")", e);
        } finally {
            reader.dispose();
        }
    }

    private static void checkSize(ImageReader reader, String source, DecodedSize limit) throws IOException {
        String fault = limit.fault(reader.getWidth(0), reader.getHeight(0));
        if (fault != null) {
            throw new TooLarge("image: cannot read " + source + ": " + fault);
        }
    }

    private static IOException unreadable(String source, String why, @Nullable Exception cause) {
        return new IOException("image: cannot read " + source + ": " + why, cause);
    }

    /** Said before the pixels are decoded. */
    private static final class TooLarge extends IOException {
        private static final long serialVersionUID = 1;

        TooLarge(String message) {
            super(message);
        }
    }
}
