package org.semblance.video;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.bytedeco.ffmpeg.global.avutil;
import org.bytedeco.javacpp.Pointer;

/** What FFmpeg's functions answer, as exceptions. */
final class Ffmpeg {
    private static final int MESSAGE = 256;

    private Ffmpeg() {}

    /** Loads the library, and has it be silent. @throws IOException if it is not there for this machine */
    static void load() throws IOException {
        try {
            avutil.av_log_set_level(avutil.AV_LOG_QUIET);
        } catch (LinkageError e) {
            throw new IOException(
                    "video: FFmpeg's native libraries are not there for this machine; the artifact ffmpeg"
                            + " of org.bytedeco with its classifier is needed (" + e.getMessage() + ")",
                    e);
        }
    }

    /** The answer, if it is no error. */
    static int check(int answer, String what, Path file) throws IOException {
        if (answer < 0) {
            throw new IOException("video: cannot " + what + " " + file + ": " + message(answer));
        }
        return answer;
    }

    private static String message(int error) {
        byte[] text = new byte[MESSAGE];
        avutil.av_strerror(error, text, text.length);
        int end = 0;
        while (end < text.length && text[end] != 0) {
            end++;
        }
        return new String(text, 0, end, StandardCharsets.UTF_8);
    }

    /** The pointer, if something was allocated. */
    static <P extends Pointer> P made(P pointer, String what) throws IOException {
        if (pointer == null || pointer.isNull()) {
            throw new IOException("video: cannot make " + what + ", memory may be short");
        }
        return pointer;
    }
}
