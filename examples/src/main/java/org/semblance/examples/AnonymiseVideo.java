package org.semblance.examples;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.semblance.Disentangler;
import org.semblance.Evaluator;
import org.semblance.FreshIdentities;
import org.semblance.SequenceSwapper;
import org.semblance.privacy.SecretSource;
import org.semblance.sequence.FrameFolder;
import org.semblance.sequence.FrameSource;
import org.semblance.sequence.SequenceOptions;
import org.semblance.sequence.SequenceOutcome;
import org.semblance.sequence.SequenceProgress;
import org.semblance.sequence.SequenceReport;
import org.semblance.sequence.Unseen;
import org.semblance.sequence.VideoFormat;

/** A video of an aligned face in which the person is somebody who does not exist, if no recogniser says otherwise. */
public final class AnonymiseVideo {
    private AnonymiseVideo() {}

    /**
     * @param paths a video of 64x64, the video to write, a folder for frames, and perhaps a file with a secret: by
     * it people     become the same others in every video, without it by one that is forgotten
     */
    public static void main(String... paths) throws IOException {
        Path film = Path.of(paths[0]);
        Path frames = Path.of(paths[2]);
        VideoFormat format = VideoFormat.find();
        FrameSource source = format.read(film);
        // Films of whole scenes: SequenceSwapper.of(model, FaceFinder.load(...), SequenceOptions.usual() ...)
        SequenceOptions options = SequenceOptions.forAligned().withEverybody().withUnseen(Unseen.BLANK);
        try (Disentangler model = Disentangler.embedded();
                Evaluator networks = Evaluator.of(model)) {
            SequenceSwapper swapper = SequenceSwapper.aligned(model, options);
            FreshIdentities nobody = new FreshIdentities(model, secret(paths));
            SequenceOutcome outcome = swapper.run(source, nobody, frames, SequenceProgress.none());
            SequenceReport report = new SequenceReport(
                    outcome, swapper.measure(source, frames, outcome, Map.of(), networks.networks()), Map.of(), null);
            if (!report.isJudged() || report.framesAbove() > 0) {
                throw new IllegalStateException("still recognised in " + report.framesAbove() + " frames");
            }
            format.write(FrameFolder.written(frames, source, outcome.frames()), film, Path.of(paths[1]));
            SequenceSwapper.finish(frames);
        }
        System.out.println(Files.size(Path.of(paths[1])) + " bytes");
    }

    private static SecretSource secret(String... paths) throws IOException {
        return paths.length > 3 ? SecretSource.of(Files.readAllBytes(Path.of(paths[3]))) : SecretSource.fresh();
    }
}
