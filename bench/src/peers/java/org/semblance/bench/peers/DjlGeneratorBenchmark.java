package org.semblance.bench.peers;

/** {@link GeneratorPeer} by {@link DjlEngine}. */
public class DjlGeneratorBenchmark extends GeneratorPeer {
    public DjlGeneratorBenchmark() {
        super(new DjlEngine());
    }
}
