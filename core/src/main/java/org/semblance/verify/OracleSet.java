package org.semblance.verify;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.semblance.json.Json;

/**
 * A folder of golden data.
 *
 * @param folder the folder
 * @param manifest its description
 * @param cases its cases, in the manifest's order
 * @param files its weights files, which must load or be refused
 */
public record OracleSet(Path folder, Json manifest, List<OracleCase> cases, List<FileCase> files) {

    /** Opens a folder. @throws IOException if there is no readable {@code manifest.json} with cases in it */
    public static OracleSet open(Path folder) throws IOException {
        Path root = folder.toAbsolutePath().normalize();
        Json manifest = Json.parse(root.resolve("manifest.json"));
        try {
            List<OracleCase> cases = new ArrayList<>();
            for (Json entry : manifest.get("cases").elements()) {
                cases.add(new OracleCase(root, entry, cases.size()));
            }
            return new OracleSet(root, manifest, List.copyOf(cases), files(root, manifest));
        } catch (IllegalArgumentException e) {
            throw new IOException("oracle: " + e.getMessage(), e);
        }
    }

    private static List<FileCase> files(Path root, Json manifest) {
        Path folder = root.resolve(
                        manifest.find("files_root").map(Json::asString).orElse("files"))
                .normalize();
        List<FileCase> files = new ArrayList<>();
        for (Json entry : manifest.find("files").map(Json::elements).orElse(List.of())) {
            files.add(new FileCase(folder, entry, files.size()));
        }
        return List.copyOf(files);
    }
}
