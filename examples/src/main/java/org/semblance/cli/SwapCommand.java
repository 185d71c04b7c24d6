package org.semblance.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.semblance.Disentangler;
import org.semblance.FaceFinder;
import org.semblance.IdentityOnto;
import org.semblance.PhotographsOnto;
import org.semblance.array.HostArray;
import org.semblance.batch.BatchWork;
import org.semblance.image.Image;
import org.semblance.image.Photo;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** One head, or one identity in a folder of them. */
@Command(
        name = "swap",
        description = "Makes a head with the identity of one picture and everything else of another; or, where"
                + " --attributes is a folder, such a head for each of its pictures.")
@SuppressWarnings("NullAway.Init") // picocli sets the fields
final class SwapCommand extends Verb {
    @Mixin
    private IdentityOptions identity;

    @Option(
            names = "--attributes",
            required = true,
            paramLabel = "PATH",
            description = "PNG or JPEG: everything else; or a folder of such files.")
    private Path attributes;

    @Option(
            names = "--out",
            required = true,
            paramLabel = "PATH",
            description = "The result, a name.png; for a folder the folder for a STEM.png each.")
    private Path out;

    @Mixin
    private PictureOptions pictures;

    @Mixin
    private AlignOptions align;

    @Mixin
    private PipelineOptions model;

    @Mixin
    private BatchOptions batch;

    @Override
    int run() throws IOException {
        boolean isFolder = Files.isDirectory(attributes);
        if (isFolder == PngFile.isPng(out)) {
            throw wrong(
                    isFolder
                            ? "with a folder of attributes --out must be a folder, got '" + out + "'"
                            : "pictures are written as PNG, so expected a name.png for --out, got '" + out + "'");
        }
        return isFolder ? folder() : single(new PngFile(out));
    }

    private int single(PngFile file) throws IOException {
        file.apartFrom(identity.files()).apartFrom(attributes);
        try (Disentangler pipeline = model.pipeline()) {
            if (align.isWanted()) {
                file.write(photograph(pipeline));
            } else {
                float[] who = identity.embedding(pipeline, pictures);
                Image how = pictures.read(attributes, pipeline.resolution());
                file.write(pipeline.swap(HostArray.of(who, 1, who.length), List.of(how))
                        .get(0));
            }
        }
        out().println(file.path());
        return 0;
    }

    private Photo photograph(Disentangler pipeline) throws IOException {
        try (FaceFinder finder = align.finder(model.device())) {
            PhotographsOnto work = align.work(pipeline, finder, who(pipeline, finder), err());
            return work.compute(List.of(work.decode(new IdentityOnto.Item(attributes, out))))
                    .get(0);
        }
    }

    private float[] who(Disentangler pipeline, FaceFinder finder) throws IOException {
        return identity.embedding(pipeline, align.identities(finder, identity.files(), pipeline.resolution(), err()));
    }

    private int folder() throws IOException {
        List<IdentityOnto.Item> items = items();
        try (Disentangler pipeline = model.pipeline()) {
            batch.on(model.device());
            if (!align.isWanted()) {
                float[] who = identity.embedding(pipeline, pictures);
                IdentityOnto work = new IdentityOnto(pipeline, who, pictures.reader(pipeline.resolution()));
                return run(work, items, settings(pipeline, who));
            }
            try (FaceFinder finder = align.finder(model.device())) {
                float[] who = who(pipeline, finder);
                Map<String, Object> settings = settings(pipeline, who);
                settings.putAll(align.settings());
                return run(align.work(pipeline, finder, who, err()), items, settings);
            }
        }
    }

    private List<IdentityOnto.Item> items() throws IOException {
        BatchOptions.requireApart(out, attributes);
        List<Path> faces = identity.files();
        List<IdentityOnto.Item> items = new ArrayList<>();
        for (Map.Entry<String, Path> picture : PictureOptions.byStem(attributes).entrySet()) {
            Path result = out.resolve(picture.getKey() + ".png");
            new PngFile(result).apartFrom(picture.getValue()).apartFrom(faces);
            items.add(new IdentityOnto.Item(picture.getValue(), result));
        }
        return items;
    }

    private static Map<String, Object> settings(Disentangler pipeline, float[] who) {
        Map<String, Object> settings = new HashMap<>(PipelineOptions.settings(pipeline));
        settings.put("identity", Hashes.sha256(Arrays.toString(who)));
        return settings;
    }

    private <D, R> int run(
            BatchWork<IdentityOnto.Item, D, R> work, List<IdentityOnto.Item> items, Map<String, Object> settings)
            throws IOException {
        int code = batch.into(out, this, work, items, settings);
        out().println(out);
        return code;
    }
}
