package org.semblance.bench.gpu;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.ToLongFunction;
import org.semblance.backend.Counters;
import org.semblance.backend.Device;
import org.semblance.bench.Clock;

/**
 * What memory holds after a number of calls, in bytes, and what the last of them cost.
 *
 * @param calls so far
 * @param seconds so far
 * @param live in arrays of the backend
 * @param used of the driver's pool
 * @param reserved by that pool
 * @param graphs reserved by captured graphs
 * @param taken on the whole device, by every process
 * @param resident of this process on the host, after a collection of garbage
 * @param heap used in Java's heap, likewise
 * @param since counts of the last calls
 * @param last how many those were
 */
record SoakSample(
        long calls,
        double seconds,
        long live,
        long used,
        long reserved,
        long graphs,
        long taken,
        long resident,
        long heap,
        Counters since,
        int last) {

    static final String HEAD =
            "    calls        s | MiB: live      used  reserved    graphs    device  resident      heap"
                    + " | per call: allocations  native calls";

    private static final double MIB = 1 << 20;

    /** Growth that is not a leak: resident memory by fragments and compiled code, the heap by what libraries cache. */
    private static final long RESIDENT_SLACK = 32 << 20;

    private static final long HEAP_SLACK = 8 << 20;

    static SoakSample take(Device device, long calls, double seconds, Counters since, int last) throws IOException {
        System.gc();
        Clock.Memory memory = Clock.of(device).memory();
        Runtime java = Runtime.getRuntime();
        return new SoakSample(
                calls,
                seconds,
                device.backend().counters().liveBytes(),
                memory.used(),
                memory.reserved(),
                memory.graphs(),
                memory.taken(),
                residentNow(),
                java.totalMemory() - java.freeMemory(),
                since,
                last);
    }

    private static long residentNow() throws IOException {
        return Files.readAllLines(Path.of("/proc/self/status")).stream()
                .filter(line -> line.startsWith("VmRSS:"))
                .mapToLong(line -> 1024 * Long.parseLong(line.replaceAll("\\D", "")))
                .findFirst()
                .orElse(0);
    }

    /** What grew or changed after the second of at least three samples; before it caches fill and code is compiled. */
    static List<String> complaints(List<SoakSample> samples) {
        SoakSample first = samples.get(1);
        SoakSample end = samples.get(samples.size() - 1);
        List<String> found = new ArrayList<>();
        bound(found, "live bytes", SoakSample::live, first, end, 0);
        bound(found, "bytes used in the device's pool", SoakSample::used, first, end, 0);
        bound(found, "bytes reserved by the device's pool", SoakSample::reserved, first, end, 0);
        bound(found, "bytes reserved by graphs", SoakSample::graphs, first, end, 0);
        bound(found, "resident bytes", SoakSample::resident, first, end, RESIDENT_SLACK);
        bound(found, "bytes of the heap", SoakSample::heap, first, end, HEAP_SLACK);
        for (SoakSample sample : samples.subList(1, samples.size())) {
            bound(found, "allocations", s -> s.since.allocations(), first, sample, 0);
            bound(found, "native calls", s -> s.since.nativeCalls(), first, sample, 0);
            bound(found, "primitives made", s -> s.since.primitivesCreated(), first, sample, 0);
        }
        return found;
    }

    private static void bound(
            List<String> found,
            String what,
            ToLongFunction<SoakSample> value,
            SoakSample first,
            SoakSample later,
            long slack) {
        long before = value.applyAsLong(first);
        long after = value.applyAsLong(later);
        if (after > before + slack) {
            found.add(what + " went from " + before + " after " + first.calls + " calls to " + after + " after "
                    + later.calls);
        }
    }

    @Override
    public String toString() {
        return String.format(
                Locale.ROOT,
                "%9d %8.1f | %9.1f %9.1f %9.1f %9.1f %9.1f %9.1f %9.1f | %21.2f %13.2f",
                calls,
                seconds,
                live / MIB,
                used / MIB,
                reserved / MIB,
                graphs / MIB,
                taken / MIB,
                resident / MIB,
                heap / MIB,
                (double) since.allocations() / last,
                (double) since.nativeCalls() / last);
    }
}
