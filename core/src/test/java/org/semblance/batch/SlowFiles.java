package org.semblance.batch;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.semblance.files.DraftFile;
import org.semblance.json.Json;

/**
 * Work that writes a file of a known content for each number, slowly, and those from an end on never: also a process of
 * its own, to be killed.
 */
record SlowFiles(Path folder, long millis, int end) implements BatchWork<Integer, Integer, byte[]> {
    static final int ITEMS = 400;
    private static final int SIZE = 200_000;
    private static final int PARTS = 4;

    /** {@code SlowFiles FOLDER END}: runs, or goes on, and says each finished item. */
    public static void main(String[] arguments) throws IOException {
        BatchReport report = new SlowFiles(Path.of(arguments[0]), 2, Integer.parseInt(arguments[1]))
                .run(progress -> System.out.println(progress.done() + progress.skipped()));
        System.exit(report.isSuccess() ? 0 : 1);
    }

    BatchReport run(BatchListener listener) throws IOException {
        Files.createDirectories(folder);
        DraftFile.sweep(folder);
        try (Journal journal = Journal.open(folder.resolve("journal"), Json.of(Map.of()), true)) {
            return Batch.of(this, BatchConfig.of(8).withThreads(2, 1, 2))
                    .journal(journal)
                    .listener(listener)
                    .run(IntStream.range(0, ITEMS).boxed().toList());
        }
    }

    static byte[] content(int item) {
        byte[] content = new byte[SIZE];
        Arrays.fill(content, (byte) item);
        return content;
    }

    Path file(int item) {
        return folder.resolve(item + ".bin");
    }

    @Override
    public Integer decode(Integer item) {
        return item;
    }

    @Override
    public List<byte[]> compute(List<Integer> decoded) {
        return decoded.stream().map(SlowFiles::content).toList();
    }

    @Override
    public void encode(Integer item, byte[] result) throws Exception {
        if (item >= end) {
            while (System.in.read() >= 0) {}
            Runtime.getRuntime().halt(1); // whoever was to kill it is gone
        }
        try (DraftFile draft = DraftFile.of(file(item))) {
            for (int i = 0; i < PARTS; i++) {
                draft.out().write(result, i * SIZE / PARTS, SIZE / PARTS);
                draft.out().flush();
                TimeUnit.MILLISECONDS.sleep(millis);
            }
            draft.commit();
        }
    }

    @Override
    public List<Path> outputs(Integer item) {
        return List.of(file(item));
    }
}
