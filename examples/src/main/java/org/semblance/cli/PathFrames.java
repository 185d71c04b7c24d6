package org.semblance.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.semblance.LatentPath;
import org.semblance.batch.BatchWork;
import org.semblance.image.Animation;
import org.semblance.image.Image;

/**
 * Draws the pictures on a way.
 *
 * @param path the way
 * @param animation where they all go; null if each has a file
 */
record PathFrames(LatentPath path, @Nullable Animation animation) implements BatchWork<FrameFile, Double, Image> {
    @Override
    public Double decode(FrameFile frame) {
        return frame.position();
    }

    @Override
    public List<Image> compute(List<Double> positions) {
        return path.draw(positions.stream().mapToDouble(Double::doubleValue).toArray());
    }

    @Override
    public void encode(FrameFile frame, Image image) throws IOException {
        if (animation == null) {
            image.writePng(frame.place());
        } else {
            animation.add(image);
        }
    }

    @Override
    public String name(FrameFile frame) {
        return animation == null ? String.valueOf(frame.place().getFileName()) : frame.caption();
    }

    @Override
    public List<Path> outputs(FrameFile frame) {
        return animation == null ? List.of(frame.place()) : List.of();
    }
}
