package org.semblance.training;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.semblance.networks.stylegan2.GeneratorConfig;

/** Makes the sources that settings name. */
public final class SampleSources {
    private static final long APART = 1000;

    private SampleSources() {}

    /** Sources for a generator. @throws IOException if a folder or a set cannot be read */
    public static List<SampleSource> of(DataConfig data, long seed, GeneratorConfig generator) throws IOException {
        List<SampleSource> sources = new ArrayList<>();
        Map<Path, SetShards> sets = new HashMap<>();
        for (DataConfig.Source source : data.sources()) {
            sources.add(of(source, seed + APART * sources.size(), generator, sets));
        }
        return sources;
    }

    private static SampleSource of(DataConfig.Source s, long seed, GeneratorConfig g, Map<Path, SetShards> sets)
            throws IOException {
        return switch (s.kind()) {
            case GENERATOR -> new GeneratorSamples(seed, g.zDim(), s.distinct());
            case HEADS -> new HeadSamples(seed, g.resolution(), s.distinct());
            case FOLDER -> new FolderSamples(Path.of(s.path()), seed, g.resolution(), g.wDim(), s.distinct());
            case SET -> new SetSamples(shards(s, sets), seed, g.resolution(), g.wDim(), s.distinct());
            case SWAPS -> new SwapSamples(shards(s, sets), seed, g.resolution(), s.distinct(), s.rare());
        };
    }

    /** Sources of one folder share it. */
    private static SetShards shards(DataConfig.Source source, Map<Path, SetShards> sets) throws IOException {
        Path folder = Path.of(source.path());
        Path key = folder.toAbsolutePath().normalize();
        SetShards known = sets.get(key);
        SetShards shards = known == null ? SetShards.open(folder) : known;
        sets.put(key, shards);
        return shards;
    }
}
