package org.semblance.image;

import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Path;
import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import javax.imageio.ImageWriteParam;
import javax.imageio.ImageWriter;
import javax.imageio.stream.MemoryCacheImageOutputStream;
import org.semblance.files.DraftFile;

/** Encodes images with the JDK's encoders and puts files in place whole. */
final class ImageWriting {
    private ImageWriting() {}

    static byte[] png(Image image) throws IOException {
        return png(BufferedPixels.interleaved(image));
    }

    static byte[] png(BufferedImage image) throws IOException {
        ImageWriter writer = ImageIO.getImageWritersByFormatName("png").next();
        return encoded(writer, image, writer.getDefaultWriteParam());
    }

    static byte[] jpeg(Image image, double quality) throws IOException {
        if (!(quality >= 0 && quality <= 1)) {
            throw new IllegalArgumentException("image: JPEG quality must be 0 to 1, got " + quality);
        }
        ImageWriter writer = Codecs.jpegWriter();
        ImageWriteParam param = writer.getDefaultWriteParam();
        param.setCompressionMode(ImageWriteParam.MODE_EXPLICIT);
        param.setCompressionQuality((float) quality);
        return encoded(writer, image.toBufferedImage(), param);
    }

    private static byte[] encoded(ImageWriter writer, BufferedImage image, ImageWriteParam param) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (MemoryCacheImageOutputStream out = new MemoryCacheImageOutputStream(bytes)) {
            writer.setOutput(out);
            writer.write(null, new IIOImage(image, null, null), param);
        } finally {
            writer.dispose();
        }
        return bytes.toByteArray();
    }

    /** Writes a file whole or not at all, in a folder that is there. */
    static void write(Path path, byte[] bytes) throws IOException {
        try (DraftFile draft = DraftFile.beside(path)) {
            draft.out().write(bytes);
            draft.commit();
        } catch (IOException e) {
            throw new IOException("image: cannot write " + path + ": " + e, e);
        }
    }
}
