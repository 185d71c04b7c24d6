package org.semblance.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.semblance.Disentangler;
import org.semblance.PairSwaps;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Pictures of two folders, pair by pair. */
@Command(
        name = "pairs",
        description = "Makes a head of every two pictures that have the same name (but for its ending) in two folders:"
                + " identity of one, everything else of the other.")
@SuppressWarnings("NullAway.Init") // picocli sets the fields
final class PairsCommand extends Verb {
    private static final int NAMED = 3;

    @Option(names = "--identities", required = true, paramLabel = "DIR", description = "Folder of PNG or JPEG files.")
    private Path identities;

    @Option(names = "--attributes", required = true, paramLabel = "DIR", description = "Folder of PNG or JPEG files.")
    private Path attributes;

    @Option(names = "--out", required = true, paramLabel = "DIR", description = "Folder for a STEM.png per pair.")
    private Path out;

    @Option(names = "--skip-unpaired", description = "Leave pictures without a partner out (default: refuse them).")
    private boolean skipUnpaired;

    @Mixin
    private PictureOptions pictures;

    @Mixin
    private PipelineOptions model;

    @Mixin
    private BatchOptions batch;

    @Override
    int run() throws IOException {
        List<PairSwaps.Item> items = items();
        try (Disentangler pipeline = model.pipeline()) {
            batch.on(model.device());
            PairSwaps work = new PairSwaps(pipeline, pictures.reader(pipeline.resolution()));
            int code = batch.into(out, this, work, items, PipelineOptions.settings(pipeline));
            out().println(out);
            return code;
        }
    }

    private List<PairSwaps.Item> items() throws IOException {
        BatchOptions.requireApart(out, identities, attributes);
        Map<String, Path> who = PictureOptions.byStem(identities);
        Map<String, Path> how = PictureOptions.byStem(attributes);
        checkPartners(who.keySet(), how.keySet());
        List<PairSwaps.Item> items = new ArrayList<>();
        for (Map.Entry<String, Path> one : who.entrySet()) {
            Path other = how.get(one.getKey());
            if (other != null) {
                Path result = out.resolve(one.getKey() + ".png");
                new PngFile(result).apartFrom(one.getValue(), other);
                items.add(new PairSwaps.Item(one.getValue(), other, result));
            }
        }
        return items;
    }

    private void checkPartners(Set<String> who, Set<String> how) throws IOException {
        Set<String> alone = new TreeSet<>(who);
        alone.addAll(how);
        int all = alone.size();
        alone.removeIf(stem -> who.contains(stem) && how.contains(stem));
        if (alone.size() == all) {
            throw new IOException("no two pictures of " + identities + " and " + attributes + " have the same name");
        }
        if (!alone.isEmpty() && !skipUnpaired) {
            throw new IOException("every picture needs a partner of the same name, got none for " + alone.size() + ": "
                    + String.join(", ", alone.stream().limit(NAMED).toList()) + (alone.size() > NAMED ? ", ..." : "")
                    + "; see --skip-unpaired");
        }
    }
}
