package org.semblance.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;
import org.semblance.Disentangler;
import org.semblance.EncodedPictures;
import org.semblance.EncodedPictures.Coded;
import org.semblance.PictureReader;
import org.semblance.TableSwaps;
import org.semblance.TableSwaps.Cell;
import org.semblance.array.HostArray;
import org.semblance.batch.BatchReport;
import org.semblance.files.DraftFile;
import org.semblance.image.ContactSheet.Style;
import org.semblance.image.Image;
import org.semblance.image.TableWriter;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** A mixing table of pictures in folders. */
@Command(
        name = "table",
        description =
                "Mixes every identity with every other picture's attributes, as one table of any size or as a file"
                        + " per cell.")
@SuppressWarnings("NullAway.Init") // picocli sets the fields
final class TableCommand extends Verb {
    @Option(
            names = "--identities",
            required = true,
            paramLabel = "DIR",
            description = "Folder of PNG or JPEG files for the first column, taken in the order of their names.")
    private Path identities;

    @Option(
            names = "--attributes",
            required = true,
            paramLabel = "DIR",
            description = "Folder of PNG or JPEG files for the first row.")
    private Path attributes;

    @Option(
            names = "--out",
            required = true,
            paramLabel = "PATH",
            description = "name.png for the table, which is written row by row; any other name for a folder with an"
                    + " IDENTITY/ATTRIBUTES.png per cell.")
    private Path out;

    @Option(names = "--labels", description = "Write the names of the files beside their pictures.")
    private boolean labels;

    @Mixin
    private PictureOptions pictures;

    @Mixin
    private PipelineOptions model;

    @Mixin
    private BatchOptions batch;

    private final Map<String, Object> about = new TreeMap<>();

    @Override
    int run() throws IOException {
        List<Path> rows = PictureOptions.in(identities);
        List<Path> columns = PictureOptions.in(attributes);
        boolean isSheet = PngFile.isPng(out);
        if (isSheet) {
            new PngFile(out).apartFrom(rows).apartFrom(columns);
            batch.refuseResume(this);
        } else {
            BatchOptions.requireApart(out, identities, attributes);
            PictureOptions.byStem(identities);
            PictureOptions.byStem(attributes);
        }
        try (Disentangler pipeline = model.pipeline()) {
            batch.on(model.device());
            about.putAll(PipelineOptions.settings(pipeline));
            int code = table(pipeline, rows, columns, isSheet);
            out().println(out);
            return code;
        }
    }

    private int table(Disentangler pipeline, List<Path> rows, List<Path> columns, boolean isSheet) throws IOException {
        PictureReader reader = pictures.reader(pipeline.resolution());
        List<Coded> who = encoded(rows, reader, pipeline.identity()::embed);
        List<Coded> how = encoded(columns, reader, pipeline.attributes()::encode);
        boolean isWhole = who.size() == rows.size() && how.size() == columns.size();
        int code = isSheet ? sheet(pipeline, reader, who, how) : files(pipeline, who, how);
        return isWhole ? code : 1;
    }

    private List<Coded> encoded(List<Path> files, PictureReader reader, Function<List<Image>, HostArray> encoder)
            throws IOException {
        EncodedPictures work = new EncodedPictures(reader, encoder);
        BatchReport report = batch.prepare(this, work, files, about);
        if (report.ending() == BatchReport.Ending.CANCELLED) {
            throw new IOException("ended before all pictures were read");
        }
        if (report.ending() != BatchReport.Ending.COMPLETE || work.coded().isEmpty()) {
            throw new IOException(
                    "no table without its pictures: " + report.progress().failed() + " of " + files.size() + " failed");
        }
        return work.coded();
    }

    private int files(Disentangler pipeline, List<Coded> who, List<Coded> how) throws IOException {
        for (Coded row : who) {
            batch.alsoInto(Files.createDirectories(out.resolve(stem(row))));
        }
        TableSwaps work = new TableSwaps(pipeline, who, how, new TableSwaps.Sink() {
            @Override
            public void put(Cell cell, Image picture) throws IOException {
                picture.writePng(place(cell));
            }

            @Override
            public Optional<Path> file(Cell cell) {
                return Optional.of(place(cell));
            }

            private Path place(Cell cell) {
                return out.resolve(stem(who.get(cell.row()))).resolve(stem(how.get(cell.column())) + ".png");
            }
        });
        return batch.into(out, this, work, work.cells(), about);
    }

    private static String stem(Coded picture) {
        return PictureOptions.stem(picture.file());
    }

    private int sheet(Disentangler pipeline, PictureReader reader, List<Coded> who, List<Coded> how)
            throws IOException {
        TableWriter.Layout layout =
                new TableWriter.Layout(who.size(), how.size(), pipeline.resolution(), Style.DEFAULT, labels);
        try (DraftFile draft = DraftFile.of(out);
                TableWriter writer = new TableWriter(draft.out(), layout)) {
            for (int column = 0; column < how.size(); column++) {
                writer.column(column, reader.read(how.get(column).file()), stem(how.get(column)));
            }
            TableSwaps work = new TableSwaps(pipeline, who, how, new Rows(writer, reader, who));
            BatchReport report = batch.together(this, batch.config().inOrder(), work, work.cells(), about);
            if (report.ending() == BatchReport.Ending.COMPLETE) {
                writer.finish();
                draft.commit();
            }
            return batch.finish(this, report);
        }
    }

    /** Cells in order; each row begins with its identity. */
    private static final class Rows implements TableSwaps.Sink {
        private final TableWriter writer;
        private final PictureReader reader;
        private final List<Coded> identities;
        private int row = -1;

        Rows(TableWriter writer, PictureReader reader, List<Coded> identities) {
            this.writer = writer;
            this.reader = reader;
            this.identities = identities;
        }

        @Override
        public void put(Cell cell, Image picture) throws IOException {
            if (cell.row() != row) {
                Path file = identities.get(cell.row()).file();
                writer.row(cell.row(), reader.read(file), PictureOptions.stem(file));
                row = cell.row();
            }
            writer.cell(cell.column(), picture);
        }
    }
}
