package org.semblance.sequence;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.semblance.image.Image;
import org.semblance.sequence.Cast.Visit;
import org.semblance.sequence.SequenceProgress.Stage;

/** Draws new faces from smoothed codes and puts them into the frames. */
record DrawPass(Run run, Cast cast, Map<Integer, float[]> identities, Path out) {
    void draw() throws IOException {
        CodeFile codes = new CodeFile(
                run.files().encoded(), cast, run.options().smoothing().reach());
        RecordFile drawn = run.files().drawn();
        drawn.keep(whole(drawn.count()));
        try (FrameReader reader = run.source().open(drawn.count() * Cast.BLOCK);
                Encoders encoders = new Encoders()) {
            while (drawn.count() < cast.blocks()) {
                run.step(Stage.DRAW, drawn.count() * Cast.BLOCK);
                Block block = Block.read(reader, drawn.count(), cast.frames());
                List<Visit> visits = cast.inBlock(block.number());
                List<Image> faces = visits.isEmpty() ? List.of() : faces(visits, codes);
                encoders.each(block.frames().size(), i -> write(block, i, visits, faces));
                drawn.add(new byte[0]);
            }
        }
        run.step(Stage.DRAW, cast.frames());
    }

    /** How many of the blocks that were drawn are still there, from the first on. */
    private int whole(int drawn) {
        for (int frame = 0; frame < Math.min(cast.frames(), drawn * Cast.BLOCK); frame++) {
            if (!Files.exists(file(frame))) {
                return frame / Cast.BLOCK;
            }
        }
        return drawn;
    }

    private Path file(int frame) {
        return out.resolve(run.source().name(frame) + ".png");
    }

    private List<Image> faces(List<Visit> visits, CodeFile codes) throws IOException {
        List<float[]> who = new ArrayList<>();
        List<float[]> how = new ArrayList<>();
        for (Visit visit : visits) {
            who.add(identities.get(visit.person().number()));
            how.add(codes.smoothed(visit.person(), visit.frame(), run.options().smoothing()));
        }
        return run.model().images(run.model().codes(Rows.of(who), Rows.of(how)));
    }

    private void write(Block block, int index, List<Visit> visits, List<Image> faces) throws IOException {
        int number = block.first() + index;
        Image frame = block.frames().get(index);
        for (int i = 0; i < visits.size(); i++) {
            if (visits.get(i).frame() == number) {
                frame = run.faces().put(frame, visits.get(i).place(), faces.get(i));
            }
        }
        frame.writePng(file(number));
    }
}
