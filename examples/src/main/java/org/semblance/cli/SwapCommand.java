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
import org.semblance.IdentityOnto;
import org.semblance.array.HostArray;
import org.semblance.image.Image;
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
    private ModelOptions model;

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
        if (align.isWanted() && (isFolder || identity.isFolder())) {
            throw wrong("--align takes single photographs, got a folder");
        }
        return isFolder ? folder() : single(new PngFile(out));
    }

    private int single(PngFile file) throws IOException {
        file.apartFrom(identity.files()).apartFrom(attributes);
        try (Disentangler pipeline = model.pipeline()) {
            if (align.isWanted()) {
                file.write(align.swap(pipeline, model.device(), identity.path(), attributes, err()));
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

    private int folder() throws IOException {
        BatchOptions.requireApart(out, attributes);
        List<Path> faces = identity.files();
        List<IdentityOnto.Item> items = new ArrayList<>();
        for (Map.Entry<String, Path> picture : PictureOptions.byStem(attributes).entrySet()) {
            Path result = out.resolve(picture.getKey() + ".png");
            new PngFile(result).apartFrom(picture.getValue()).apartFrom(faces);
            items.add(new IdentityOnto.Item(picture.getValue(), result));
        }
        try (Disentangler pipeline = model.pipeline()) {
            float[] who = identity.embedding(pipeline, pictures);
            IdentityOnto work = new IdentityOnto(pipeline, who, pictures.reader(pipeline.resolution()));
            Map<String, Object> settings = new HashMap<>(ModelOptions.settings(pipeline.model()));
            settings.put("identity", Hashes.sha256(Arrays.toString(who)));
            int code = batch.into(out, this, work, items, settings);
            out().println(out);
            return code;
        }
    }
}
