package org.semblance.backend;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A machine to compute on. {@link #cpu} runs everywhere, {@link #cuda} throws with all reasons where it cannot, and
 * {@link #best} alone chooses. The system property {@code semblance.backend} ({@code cpu}, {@code cuda} or
 * {@code cuda:N}) binds {@link #best} to one device, so that a test run cannot pass on the wrong one.
 */
public final class Device {
    private static final Logger LOG = System.getLogger(Device.class.getName());
    private static final Map<String, Device> OPEN = new ConcurrentHashMap<>();
    private static @Nullable Device best;

    private final String name;
    private final Backend backend;

    private Device(String name, Backend backend) {
        this.name = name;
        this.backend = backend;
    }

    /** The processor of this machine. */
    public static Device cpu() {
        return open("cpu", 0);
    }

    /** The first NVIDIA GPU. @throws UnsupportedOperationException with all reasons if there is none to use */
    public static Device cuda() {
        return cuda(0);
    }

    /** The NVIDIA GPU of this index. @throws UnsupportedOperationException with all reasons if it cannot be used */
    public static Device cuda(int index) {
        if (index < 0) {
            throw new IllegalArgumentException("device: index must not be negative, got " + index);
        }
        return open("cuda", index);
    }

    /** The device of a name: {@code cpu}, {@code cuda}, {@code cuda:1} or {@code best}. */
    public static Device named(String name) {
        String[] parts = name.split(":", 2);
        if (name.equals("best")) {
            return best();
        }
        if (!parts[0].matches("cpu|cuda") || (parts.length == 2 && !parts[1].matches("\\d{1,3}"))) {
            throw new IllegalArgumentException("device: expected cpu, cuda, cuda:N or best, got '" + name + "'");
        }
        return open(parts[0], parts.length == 2 ? Integer.parseInt(parts[1]) : 0);
    }

    /** The fastest device that works here; logs what it chose and why the others were passed over. */
    public static synchronized Device best() {
        Device known = best;
        if (known == null) {
            known = choose();
            best = known;
        }
        return known;
    }

    /** Name such as {@code cpu} or {@code cuda:0}. */
    public String name() {
        return name;
    }

    /** What computes. */
    public Backend backend() {
        return backend;
    }

    /** Runs a whole computation where the backend computes, and waits for its result; see {@link Backend#call}. */
    public <T extends @Nullable Object> T call(Supplier<T> work) {
        return backend.call(work);
    }

    /** As {@link #call}, without a result. */
    public void run(Runnable work) {
        backend.<@Nullable Object>call(() -> {
            work.run();
            return null;
        });
    }

    @Override
    public String toString() {
        return name + " (" + backend.description() + ")";
    }

    private static Device open(String kind, int index) {
        String name = kind.equals("cpu") ? kind : kind + ":" + index;
        Device known = OPEN.get(name);
        return known != null
                ? known
                : OPEN.computeIfAbsent(name, n -> new Device(n, provider(kind).open(index)));
    }

    private static BackendProvider provider(String kind) {
        for (BackendProvider provider : providers()) {
            if (provider.name().equals(kind)) {
                return provider;
            }
        }
        throw new UnsupportedOperationException("device: no backend named '" + kind + "' is on the class path; "
                + (kind.equals("cuda")
                        ? "add the dependency org.semblance:semblance-cuda (in a checkout, ./mvnw package builds it where there is nvcc)"
                        : "is the jar complete?"));
    }

    private static List<BackendProvider> providers() {
        List<BackendProvider> found = new ArrayList<>();
        ServiceLoader.load(BackendProvider.class, Device.class.getClassLoader()).forEach(found::add);
        found.sort(Comparator.comparingInt(BackendProvider::preference).reversed());
        return found;
    }

    private static Device choose() {
        String required = System.getProperty("semblance.backend");
        if (required != null) {
            if (required.equals("best")) {
                throw new IllegalArgumentException("device: semblance.backend must be cpu, cuda or cuda:N, got best");
            }
            return named(required);
        }
        List<String> reasons = new ArrayList<>();
        for (BackendProvider provider : providers()) {
            try {
                Device device = open(provider.name(), 0);
                LOG.log(Level.INFO, "device: chose {0}{1}", device, reasons.isEmpty() ? "" : "; " + reasons);
                return device;
            } catch (UnsupportedOperationException e) {
                reasons.add(provider.name() + " cannot run: " + e.getMessage());
            }
        }
        throw new UnsupportedOperationException("device: no backend can run here " + reasons);
    }
}
