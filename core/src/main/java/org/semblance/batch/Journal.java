package org.semblance.batch;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.semblance.json.Json;

/**
 * The names of finished items in a file that grows by a line each, so that a run that was cut off, even by {@code kill
 * -9}, goes on where it was. Its first line holds the settings that made the outputs; to go on with others is refused.
 *
 * <p>UTF-8 JSON lines: {@code {"journal": 1, "settings": {...}}}, then a string per item. A last line that was cut off
 * is dropped.
 */
public final class Journal implements AutoCloseable {
    private static final int VERSION = 1;

    private final Path path;
    private final FileChannel channel;
    private final Set<String> finished = new HashSet<>();

    private Journal(Path path, FileChannel channel) {
        this.path = path;
        this.channel = channel;
    }

    /**
     * Opens a journal for writing; missing folders are made.
     *
     * @param settings an object of whatever determines the outputs: options, hashes of the model
     * @param resume whether to go on with a journal that is there; otherwise it starts empty
     * @throws IOException if it belongs to other settings, is damaged, or another run has it open
     */
    public static Journal open(Path path, Json settings, boolean resume) throws IOException {
        Path folder = path.toAbsolutePath().getParent();
        if (folder != null) {
            Files.createDirectories(folder);
        }
        FileChannel channel =
                FileChannel.open(path, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
        try {
            lock(path, channel);
            Journal journal = new Journal(path, channel);
            journal.start(settings, resume);
            return journal;
        } catch (IOException | RuntimeException | Error e) {
            channel.close();
            throw e;
        }
    }

    private static void lock(Path path, FileChannel channel) throws IOException {
        try {
            if (channel.tryLock() != null) {
                return;
            }
        } catch (OverlappingFileLockException e) {
            throw new IOException("journal: another run of this process has it open: " + path, e);
        }
        throw new IOException("journal: another process has it open: " + path);
    }

    private void start(Json settings, boolean resume) throws IOException {
        Json header = Json.of(Map.of()).with("journal", VERSION).with("settings", settings);
        long whole = resume ? read(header) : 0;
        channel.truncate(whole).position(whole);
        if (whole == 0) {
            line(header.compact());
        }
    }

    /** Reads the finished names; the number of bytes of whole lines. */
    private long read(Json wanted) throws IOException {
        byte[] text = Files.readAllBytes(path);
        int from = 0;
        int number = 0;
        for (int end = newline(text, 0); end >= 0; end = newline(text, from)) {
            String line = new String(Arrays.copyOfRange(text, from, end), StandardCharsets.UTF_8);
            take(line, ++number, wanted);
            from = end + 1;
        }
        return from;
    }

    private static int newline(byte[] text, int from) {
        for (int i = from; i < text.length; i++) {
            if (text[i] == '\n') {
                return i;
            }
        }
        return -1;
    }

    private void take(String line, int number, Json wanted) throws IOException {
        Json value = Json.parse(line, path + ", line " + number);
        if (number > 1) {
            finished.add(value.asString());
            return;
        }
        if (!value.isObject() || !value.has("journal") || !value.get("settings").isObject()) {
            throw new IOException("journal: expected the journal of a batch, got something else in " + path);
        }
        requireSame(value.get("settings"), wanted.get("settings"));
    }

    private void requireSame(Json was, Json is) throws IOException {
        Set<String> differing = new TreeSet<>(was.keys());
        differing.addAll(is.keys());
        differing.removeIf(key -> text(was, key).equals(text(is, key)));
        if (!differing.isEmpty()) {
            String key = differing.iterator().next();
            throw new IOException("journal: " + path + " was made with other settings, so that its outputs would not go"
                    + " with new ones: '" + key + "' was " + text(was, key) + " and is " + text(is, key));
        }
    }

    private static String text(Json settings, String key) {
        return settings.has(key) ? settings.get(key).compact() : "missing";
    }

    /** Whether an item was finished when this was opened. */
    public boolean has(String item) {
        return finished.contains(item);
    }

    /** Number of items that were finished when this was opened. */
    public int size() {
        return finished.size();
    }

    /** Notes that an item is finished. */
    synchronized void add(String item, boolean durable) throws IOException {
        line(Json.of(item).compact());
        if (durable) {
            channel.force(false);
        }
    }

    private void line(String text) throws IOException {
        ByteBuffer bytes = ByteBuffer.wrap((text + "\n").getBytes(StandardCharsets.UTF_8));
        while (bytes.hasRemaining()) {
            channel.write(bytes);
        }
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
