package org.semblance.sequence;

import java.io.IOException;
import java.util.List;
import org.semblance.image.Image;
import org.semblance.sequence.SequenceProgress.Stage;

/** Cuts the faces out along their smoothed paths and makes their attribute codes. */
record EncodePass(Run run, Cast cast) {
    void encode() throws IOException {
        RecordFile encoded = run.files().encoded();
        CodeFile codes = new CodeFile(encoded, cast, 0);
        try (FrameReader reader = run.source().open(encoded.count() * Cast.BLOCK)) {
            while (encoded.count() < cast.blocks()) {
                run.step(Stage.ENCODE, encoded.count() * Cast.BLOCK);
                List<Image> faces = faces(Block.read(reader, encoded.count(), cast.frames()));
                if (faces.isEmpty()) {
                    codes.addNone();
                } else {
                    codes.add(run.model().attributes(faces));
                }
            }
        }
        run.step(Stage.ENCODE, cast.frames());
    }

    private List<Image> faces(Block block) {
        return cast.inBlock(block.number()).stream()
                .map(visit -> run.faces().cut(block.frame(visit.frame()), visit.place()))
                .toList();
    }
}
