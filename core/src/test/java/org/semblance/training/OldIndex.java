package org.semblance.training;

import java.io.IOException;
import java.nio.file.Path;

/** The index of a set as it was before it said which truths belong to it. */
public final class OldIndex {
    private OldIndex() {}

    /** Rewrites an index so. */
    public static void write(Path folder) throws IOException {
        SampleSet set = SampleSet.read(folder);
        new SampleSet(
                        set.resolution(),
                        set.wDim(),
                        set.description(),
                        set.grid(),
                        set.shards().stream()
                                .map(s -> new SampleSet.Shard(
                                        s.count(), s.images(), s.imagesSha256(), s.codes(), s.codesSha256()))
                                .toList())
                .write(folder);
    }
}
