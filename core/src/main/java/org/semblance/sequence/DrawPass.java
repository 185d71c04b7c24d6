package org.semblance.sequence;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.semblance.image.Image;
import org.semblance.sequence.Cast.Visit;
import org.semblance.sequence.SequenceProgress.Stage;

/** Draws new faces from smoothed codes and puts them into the frames. */
record DrawPass(Run run, Cast cast, HeldIdentities identities, Path out) {
    void draw() throws IOException {
        CodeFile codes = new CodeFile(
                run.files().encoded(), cast, run.options().smoothing().reach());
        identities.settle();
        RecordFile drawn = run.files().drawn();
        drawn.keep(whole(drawn.count()));
        try (FrameReader reader = run.source().open(drawn.count() * Cast.BLOCK);
                Encoders encoders = new Encoders()) {
            while (drawn.count() < cast.blocks()) {
                run.step(Stage.DRAW, drawn.count() * Cast.BLOCK);
                Block block = Block.read(reader, drawn.count(), cast.frames());
                List<Visit> visits = cast.inBlock(block.number());
                List<Image> faces = visits.isEmpty() ? List.of() : run.faces(visits, identities::held, codes);
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

    private void write(Block block, int index, List<Visit> visits, List<Image> faces) throws IOException {
        int number = block.first() + index;
        Image frame = block.frames().get(index);
        if (run.options().unseen() == Unseen.BLANK && visits.stream().noneMatch(v -> v.frame() == number)) {
            frame = Image.filled(frame.width(), frame.height(), 0);
        }
        for (int i = 0; i < visits.size(); i++) {
            if (visits.get(i).frame() == number) {
                frame = run.faces().put(frame, visits.get(i).place(), faces.get(i));
            }
        }
        frame.writePng(file(number));
    }
}
