package org.semblance.cli;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.semblance.image.Animation;
import org.semblance.image.ContactSheet;
import org.semblance.image.Image;

/**
 * A picture on a way between two.
 *
 * @param position where on the way
 * @param place the file that it goes to, alone or with the others
 */
record FrameFile(double position, Path place) {
    /** How it is written below the picture. */
    String caption() {
        return String.format(Locale.ROOT, "%.2f", position);
    }

    /** What pictures on a way become. */
    enum Kind {
        STRIP,
        GIF,
        APNG,
        FOLDER;

        /** Told by the ending of a name. */
        static Kind of(Path out) {
            String name = out.toString().toLowerCase(Locale.ROOT);
            if (name.endsWith(".gif")) {
                return GIF;
            }
            return name.endsWith(".png") ? STRIP : name.endsWith(".apng") ? APNG : FOLDER;
        }

        /** Where all of them go, one after the other. */
        Animation together(OutputStream out, Animation.Timing timing, List<String> captions) throws IOException {
            return switch (this) {
                case GIF -> Animation.gif(out, timing);
                case APNG -> Animation.png(out, timing);
                default -> new Strip(out, captions);
            };
        }
    }

    /** All side by side. */
    private static final class Strip implements Animation {
        private final OutputStream out;
        private final List<String> captions;
        private final List<Image> frames = new ArrayList<>();

        Strip(OutputStream out, List<String> captions) {
            this.out = out;
            this.captions = captions;
        }

        @Override
        public void add(Image frame) {
            frames.add(captions.isEmpty() ? frame : ContactSheet.captioned(frame, captions.get(frames.size())));
        }

        @Override
        public void finish() throws IOException {
            out.write(ContactSheet.grid(frames, frames.size()).toPng());
        }

        @Override
        public void close() {}
    }
}
