package org.semblance.training;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
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
        Map<Path, SetShards> sets = new LinkedHashMap<>();
        Map<SetShards, List<SetSamples>> readers = new LinkedHashMap<>();
        for (DataConfig.Source s : data.sources()) {
            long own = seed + APART * sources.size();
            switch (s.kind()) {
                case GENERATOR -> sources.add(new GeneratorSamples(own, generator.zDim(), s.distinct()));
                case HEADS -> sources.add(new HeadSamples(own, generator.resolution(), s.distinct()));
                case FOLDER ->
                    sources.add(new FolderSamples(
                            Path.of(s.path()), own, generator.resolution(), generator.wDim(), s.distinct()));
                case SET -> {
                    SetShards set = shards(s, sets);
                    SetSamples samples =
                            new SetSamples(set, own, generator.resolution(), generator.wDim(), s.distinct());
                    readers.computeIfAbsent(set, none -> new ArrayList<>()).add(samples);
                    sources.add(samples);
                }
                case SWAPS -> {
                    SetShards set = shards(s, sets);
                    SwapSamples swaps = new SwapSamples(set, own, generator.resolution(), s.distinct(), s.rare());
                    readers.computeIfAbsent(set, none -> new ArrayList<>()).add(swaps.samples());
                    sources.add(swaps);
                }
            }
        }
        requireHeap(readers, Runtime.getRuntime().maxMemory());
        return sources;
    }

    /** What is shuffled together may take half of the heap, over all sets. */
    static void requireHeap(Map<SetShards, List<SetSamples>> readers, long heap) throws IOException {
        long held = 0;
        for (Map.Entry<SetShards, List<SetSamples>> e : readers.entrySet()) {
            held += SetSamples.held(e.getKey(), e.getValue());
        }
        if (held > heap / 2) {
            throw new IOException("sample set: the shards that are shuffled together must fit half of the heap of "
                    + (heap >> 20) + " MiB, a group for each source and what reading takes, got " + (held >> 20)
                    + " MiB; they fit with -Xmx" + ((2 * held >> 20) + 1) + "m "
                    + readers.keySet().stream().map(SetShards::folder).toList());
        }
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
