package org.semblance.image;

import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;
import javax.imageio.ImageIO;
import javax.imageio.ImageReader;
import javax.imageio.stream.ImageInputStream;
import javax.imageio.stream.MemoryCacheImageInputStream;
import org.jspecify.annotations.Nullable;

/** Reads PNG and JPEG with the JDK's decoders, having checked kind and size first. */
final class ImageReading {
    private static final int MAX_BYTES = 256 << 20;

    private ImageReading() {}

    static Image read(Path path) throws IOException {
        try (InputStream in = Files.newInputStream(path)) {
            return read(in, path.toString());
        } catch (NoSuchFileException e) {
            throw new IOException("image: cannot read " + path + ": no such file", e);
        }
    }

    static Image read(InputStream in, String source) throws IOException {
        byte[] bytes = in.readNBytes(MAX_BYTES + 1);
        if (bytes.length > MAX_BYTES) {
            throw unreadable(source, "more than 256 MiB", null);
        }
        String format = format(bytes).orElseThrow(() -> unreadable(source, "not a PNG or JPEG file", null));
        return Image.of(decoded(format, bytes, source));
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

    private static BufferedImage decoded(String format, byte[] bytes, String source) throws IOException {
        ImageReader reader = ImageIO.getImageReadersByFormatName(format).next();
        try (ImageInputStream in = new MemoryCacheImageInputStream(new ByteArrayInputStream(bytes))) {
            reader.setInput(in, true, true);
            checkSize(reader, source);
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

    private static void checkSize(ImageReader reader, String source) throws IOException {
        long width = reader.getWidth(0);
        long height = reader.getHeight(0);
        if (width < 1 || height < 1 || width * height > Image.MAX_PIXELS_READ) {
            throw new TooLarge("image: cannot read " + source + ": " + width + "x" + height
                    + " pixels, more than the limit of " + Image.MAX_PIXELS_READ);
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
