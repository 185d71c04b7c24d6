package org.semblance.training;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** Makes the sources that settings name. */
public final class SampleSources {
    private SampleSources() {}

    /** @throws IOException if a folder or a set cannot be read; sources made before it are closed */
    public static List<SampleSource> of(DataConfig data, long seed, int resolution, int zDim) throws IOException {
        List<SampleSource> sources = new ArrayList<>();
        for (DataConfig.Source s : data.sources()) {
            long own = seed + 1000L * sources.size();
            sources.add(
                    switch (s.kind()) {
                        case GENERATOR -> new GeneratorSamples(own, zDim);
                        case HEADS -> new HeadSamples(own, resolution, s.distinct());
                        case FOLDER, SET -> throw new UnsupportedOperationException("data: " + s.kind());
                    });
        }
        return sources;
    }
}
