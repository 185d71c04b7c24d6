package org.semblance.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.semblance.heads.HeadMotion;
import org.semblance.heads.HeadRenderer;
import org.semblance.heads.RenderedHead;
import org.semblance.image.Image;
import org.semblance.json.Json;

/**
 * A moving head on disk: frames, the truth of each, and a portrait to take the identity from.
 *
 * @param identity seed of who it is
 * @param motion seed of the motion
 * @param frames how many
 * @param size pixels per side
 */
record HeadFilm(long identity, long motion, int frames, int size) {
    private static final int BATCH = 64;

    String name() {
        return String.format("i%04d-m%04d", identity, motion);
    }

    /** Where the portrait goes. */
    Path portrait(Path folder) {
        return folder.resolve(String.format("i%04d.png", identity));
    }

    /** Draws all of it into a folder of its name, whose path is returned, and the portrait beside that. */
    Path write(Path folder, Progress progress) throws IOException {
        Path film = Files.createDirectories(folder.resolve(name()));
        HeadRenderer renderer = new HeadRenderer();
        Image.fromFloats(renderer.render(HeadMotion.portrait(identity), size).image())
                .writePng(portrait(folder));
        HeadMotion moves = HeadMotion.of(motion);
        List<Json> truth = new ArrayList<>();
        for (int first = 0; first < frames; first += BATCH) {
            List<RenderedHead> heads = renderer.render(
                    IntStream.range(first, Math.min(frames, first + BATCH))
                            .mapToObj(t -> moves.at(identity, t))
                            .toList(),
                    size);
            for (int i = 0; i < heads.size(); i++) {
                Image.fromFloats(heads.get(i).image())
                        .writePng(film.resolve(String.format("frame%05d.png", first + i)));
                truth.add(HeadJson.of(identity, motion, heads.get(i)).with("frame", first + i));
            }
            progress.step(heads.size());
        }
        Files.writeString(
                folder.resolve(name() + ".json"),
                Json.of(Map.of("rate", moves.rate(), "frames", truth)).pretty() + "\n");
        return film;
    }
}
