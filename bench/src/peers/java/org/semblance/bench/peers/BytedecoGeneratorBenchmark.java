package org.semblance.bench.peers;

/** {@link GeneratorPeer} by {@link BytedecoEngine}. */
public class BytedecoGeneratorBenchmark extends GeneratorPeer {
    public BytedecoGeneratorBenchmark() {
        super(new BytedecoEngine());
    }
}
