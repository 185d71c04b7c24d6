package org.semblance.bench.peers;

/** {@link Conv2dPeer} by {@link DjlEngine}. */
public class DjlConv2dBenchmark extends Conv2dPeer {
    public DjlConv2dBenchmark() {
        super(new DjlEngine());
    }
}
