package org.semblance.training.log;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.semblance.image.ContactSheet;
import org.semblance.image.Image;
import org.semblance.training.TestScores;
import org.semblance.training.TrainingListener;
import org.semblance.training.TrainingPreview;
import org.semblance.training.TrainingProgress;

/**
 * Writes a run as TensorBoard reads it: losses, speed and learning rate as scalars, the figures of tests with their
 * mixing tables, pictures, and the settings as text. One event file per start of a run, all in one folder; a resumed
 * run tells TensorBoard to forget what lay beyond the step it goes on from.
 *
 * <pre>{@code
 * try (TensorBoardWriter board = TensorBoardWriter.open(folder, 0)) {
 *     board.text("config", 0, config.toJson());
 *     trainer.listen(board).run(folder);
 * }
 * }</pre>
 *
 * <p>Every report is in the file when the method returns. Not safe for use by several threads.
 */
public final class TensorBoardWriter implements TrainingListener, AutoCloseable {
    private static final int MOST_ROWS = 8;
    private static final int SESSION_START = 1;
    private static final int RGB = 3;
    private static final int STRINGS = 7;

    private final RecordFile file;
    private final Clock clock;

    private TensorBoardWriter(RecordFile file, Clock clock) {
        this.file = file;
        this.clock = clock;
    }

    /**
     * Starts a file in a folder, which is made if it is not there.
     *
     * @param step the step that the run goes on from, 0 at its beginning
     * @throws IOException if the file cannot be made
     */
    public static TensorBoardWriter open(Path folder, long step) throws IOException {
        return open(folder, step, Clock.systemUTC());
    }

    static TensorBoardWriter open(Path folder, long step, Clock clock) throws IOException {
        Files.createDirectories(folder);
        RecordFile file = new RecordFile(fresh(folder, clock));
        TensorBoardWriter writer = new TensorBoardWriter(file, clock);
        try {
            writer.write(writer.event(0).text(3, "brain.Event:2"));
            if (step > 0) {
                writer.write(writer.event(step + 1).message(7, new ProtoBuffer().number(1, SESSION_START)));
            }
            return writer;
        } catch (UncheckedIOException e) {
            file.close();
            throw e.getCause();
        }
    }

    /** Readers take the files of a folder in the order of their names. */
    private static Path fresh(Path folder, Clock clock) {
        long seconds = clock.millis() / 1000;
        for (int k = 0; ; k++) {
            String name = String.format(Locale.ROOT, "events.out.tfevents.%010d.semblance.%03d", seconds, k);
            if (!Files.exists(folder.resolve(name))) {
                return folder.resolve(name);
            }
        }
    }

    /** One number of a step; {@code /} in the tag makes groups. */
    public void scalar(String tag, long step, double value) {
        write(step, List.of(new ProtoBuffer().text(1, tag).real(2, (float) value)));
    }

    /** A picture of a step. */
    public void image(String tag, long step, Image image) {
        try {
            ProtoBuffer picture = new ProtoBuffer()
                    .number(1, image.height())
                    .number(2, image.width())
                    .number(3, RGB)
                    .bytes(4, image.toPng());
            write(step, List.of(new ProtoBuffer().text(1, tag).message(4, picture)));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A text of a step, in Markdown. */
    public void text(String tag, long step, String markdown) {
        ProtoBuffer tensor = new ProtoBuffer()
                .number(1, STRINGS)
                .message(2, new ProtoBuffer().message(2, new ProtoBuffer().number(1, 1)))
                .text(8, markdown);
        ProtoBuffer plugin = new ProtoBuffer().message(1, new ProtoBuffer().text(1, "text"));
        write(step, List.of(new ProtoBuffer().text(1, tag).message(8, tensor).message(9, plugin)));
    }

    @Override
    public void progressed(TrainingProgress progress) {
        List<ProtoBuffer> values = new ArrayList<>();
        progress.losses().present().forEach((name, value) -> values.add(value("loss/" + name, value)));
        values.add(value("run/learning_rate", (float) progress.rate()));
        values.add(value("run/images_per_second", (float) progress.imagesPerSecond()));
        values.add(value("run/skipped_steps", progress.skipped()));
        write(progress.step(), values);
    }

    /** Rows of identity picture, attribute picture and output. */
    @Override
    public void previewed(TrainingPreview preview) {
        List<Image> cells = new ArrayList<>();
        for (int i = 0; i < Math.min(MOST_ROWS, preview.outputs().size()); i++) {
            cells.add(preview.identities().get(i));
            cells.add(preview.attributes().get(i));
            cells.add(preview.outputs().get(i));
        }
        if (!cells.isEmpty()) {
            image("preview", preview.step(), ContactSheet.grid(cells, 3));
        }
    }

    @Override
    public void tested(long step, TestScores scores) {
        List<ProtoBuffer> values = new ArrayList<>();
        for (Map.Entry<String, Double> score : scores.all().entrySet()) {
            values.add(value("test/" + score.getKey(), score.getValue().floatValue()));
        }
        write(step, values);
        if (scores.table() != null) {
            image("mixing table", step, scores.table());
        }
    }

    private static ProtoBuffer value(String tag, float number) {
        return new ProtoBuffer().text(1, tag).real(2, number);
    }

    private void write(long step, List<ProtoBuffer> values) {
        ProtoBuffer summary = new ProtoBuffer();
        values.forEach(v -> summary.message(1, v));
        write(event(step).message(5, summary));
    }

    private ProtoBuffer event(long step) {
        return new ProtoBuffer().real(1, clock.millis() / 1000.0).number(2, step);
    }

    private void write(ProtoBuffer event) {
        try {
            file.write(event.toBytes());
            file.flush();
        } catch (IOException e) {
            throw new UncheckedIOException("tensorboard: an event could not be written", e);
        }
    }

    @Override
    public void close() throws IOException {
        file.close();
    }
}
