package org.semblance.cli;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.semblance.heads.HeadFactors;
import org.semblance.heads.HeadRenderer;
import org.semblance.heads.RenderedHead;
import org.semblance.image.Image;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Synthetic heads with their ground truth. */
@Command(
        name = "render-heads",
        description = "Draws synthetic heads, every identity with every set of attributes: a PNG file and a JSON file"
                + " with factors and 68 landmarks for each.")
@SuppressWarnings("NullAway.Init") // picocli sets the fields
final class RenderHeadsCommand extends Verb {
    private static final int BATCH = 64;
    private static final int MOST = 1_000_000;

    @Option(
            names = "--identities",
            required = true,
            paramLabel = "SEEDS",
            converter = Seeds.Converter.class,
            description = "Who they are, such as 0-7.")
    private Seeds identities;

    @Option(
            names = "--attributes",
            required = true,
            paramLabel = "SEEDS",
            converter = Seeds.Converter.class,
            description = "How they look, such as 0-7.")
    private Seeds attributes;

    @Option(
            names = "--size",
            defaultValue = "64",
            paramLabel = "N",
            description = "Pixels per side, even, 16 to 4096 (default: ${DEFAULT-VALUE}).")
    private int size;

    @Option(
            names = "--sequence",
            paramLabel = "N",
            defaultValue = "0",
            description = "N frames at 25 per second of every identity moving as each of --attributes says: a folder"
                    + " i0000-m0000 of frames, its truth as i0000-m0000.json, and portraits i0000.png.")
    private int frames;

    @Option(names = "--out", required = true, paramLabel = "DIR", description = "Folder for i0000-a0000.png and .json.")
    private Path out;

    private record Head(long identity, long attributes) {
        String name() {
            return String.format("i%04d-a%04d", identity, attributes);
        }
    }

    @Override
    int run() throws IOException {
        long count = (long) identities.values().size() * attributes.values().size() * Math.max(1, frames);
        if (count > MOST) {
            throw wrong("at most " + MOST + " heads at once, got " + count);
        }
        if (frames < 0) {
            throw wrong("--sequence must be at least 1, got " + frames);
        }
        if (size < 16 || size > 4096 || size % 2 != 0) {
            throw wrong("--size must be even and 16 to 4096, got " + size);
        }
        Files.createDirectories(out);
        if (frames > 0) {
            film();
        } else {
            render(heads());
        }
        out().println(out);
        return 0;
    }

    private void film() throws IOException {
        List<Head> heads = heads();
        try (Progress progress = progress((long) frames * heads.size())) {
            for (Head head : heads) {
                new HeadFilm(head.identity, head.attributes, frames, size).write(out, progress);
            }
        }
    }

    private List<Head> heads() {
        List<Head> heads = new ArrayList<>();
        for (long identity : identities.values()) {
            attributes.values().forEach(a -> heads.add(new Head(identity, a)));
        }
        return heads;
    }

    private void render(List<Head> heads) throws IOException {
        HeadRenderer renderer = new HeadRenderer();
        int batch = Math.max(1, (int) Math.min(BATCH, (long) BATCH * 256 * 256 / ((long) size * size)));
        try (Progress progress = progress(heads.size())) {
            for (int i = 0; i < heads.size(); i += batch) {
                List<Head> some = heads.subList(i, Math.min(heads.size(), i + batch));
                List<RenderedHead> drawn = renderer.render(
                        some.stream().map(RenderHeadsCommand::factors).toList(), size);
                write(some, drawn);
                progress.step(some.size());
            }
        }
    }

    private static HeadFactors factors(Head head) {
        return HeadFactors.of(head.identity, head.attributes);
    }

    private void write(List<Head> heads, List<RenderedHead> drawn) throws IOException {
        for (int i = 0; i < heads.size(); i++) {
            Head head = heads.get(i);
            Image.fromFloats(drawn.get(i).image()).writePng(out.resolve(head.name() + ".png"));
            String json =
                    HeadJson.of(head.identity, head.attributes, drawn.get(i)).pretty();
            Files.writeString(out.resolve(head.name() + ".json"), json + "\n", StandardCharsets.UTF_8);
        }
    }
}
