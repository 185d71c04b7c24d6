package org.semblance.image;

import java.util.Iterator;
import java.util.function.Predicate;
import javax.imageio.ImageIO;
import javax.imageio.ImageReader;
import javax.imageio.ImageWriter;

/**
 * Which decoder and encoder reads and writes what. The JDK's own are taken wherever they can, so that pixels do not
 * depend on what else is on the class path; TwelveMonkeys' reads the CMYK JPEGs that the JDK's refuses.
 */
final class Codecs {
    private static final String OTHERS = "com.twelvemonkeys";

    private Codecs() {}

    static ImageReader reader(String format, boolean cmyk) {
        return first(ImageIO.getImageReadersByFormatName(format), r -> isOther(r) == cmyk, format);
    }

    static ImageWriter jpegWriter() {
        return first(ImageIO.getImageWritersByFormatName("jpeg"), w -> !isOther(w), "jpeg");
    }

    private static boolean isOther(Object codec) {
        return codec.getClass().getName().startsWith(OTHERS);
    }

    private static <T> T first(Iterator<T> all, Predicate<T> wanted, String format) {
        while (all.hasNext()) {
            T codec = all.next();
            if (wanted.test(codec)) {
                return codec;
            }
        }
        throw new IllegalStateException("image: no codec for " + format + " is on the class path");
    }
}
