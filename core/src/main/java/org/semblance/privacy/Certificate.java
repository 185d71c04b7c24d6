package org.semblance.privacy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.semblance.files.DraftFile;
import org.semblance.image.Image;
import org.semblance.json.Json;
import org.semblance.weights.Sha256;

/*
 * Nothing here names the original: a hash of it would let anybody who has it find the anonymous picture. Whoever checks
 * the similarities brings the original along.
 */
/**
 * What was measured on a delivered picture. Of a refused picture it holds the figures that spoke against it, and no
 * hash.
 *
 * @param sha256 of the delivered picture, see {@link #hash}; empty for a refused picture
 * @param mode how the new identity was found
 * @param faces one or more
 * @param versions of the library, of Java and of the model's networks, and the device
 */
public record Certificate(String sha256, String mode, List<FaceRecord> faces, Json versions) {
    /** Version of {@link #json}. */
    public static final int SCHEMA = 1;

    /** @throws IllegalArgumentException if there is no face */
    public Certificate {
        faces = List.copyOf(faces);
        if (faces.isEmpty()) {
            throw new IllegalArgumentException("certificate: at least one face is needed, got none");
        }
    }

    /** SHA-256 of width and height, 4 bytes each from the highest, and the pixels red, green, blue, row by row. */
    public static String hash(Image picture) {
        byte[] rgb = picture.toBytes();
        byte[] all = new byte[8 + rgb.length];
        for (int k = 0; k < 4; k++) {
            all[k] = (byte) (picture.width() >>> (24 - 8 * k));
            all[4 + k] = (byte) (picture.height() >>> (24 - 8 * k));
        }
        System.arraycopy(rgb, 0, all, 8, rgb.length);
        return Sha256.of(all);
    }

    /** Whether every recogniser takes every face for another person. */
    public boolean holds() {
        return faces.stream().allMatch(FaceRecord::holds);
    }

    /** Everything, in the form that {@code docs/anonymisation.md} describes. */
    public Json json() {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("schema", SCHEMA);
        json.put("delivered", !sha256.isEmpty());
        if (!sha256.isEmpty()) {
            json.put("sha256", sha256);
        }
        json.put("holds", holds());
        json.put("mode", mode);
        json.put("faces", faces.stream().map(FaceRecord::json).toList());
        json.put("versions", versions);
        return Json.of(json);
    }

    /** Writes it, whole or not at all. */
    public void write(Path path) throws IOException {
        byte[] text = json().pretty().getBytes(StandardCharsets.UTF_8);
        DraftFile.write(path, stream -> stream.write(text));
    }

    /**
     * Reads what {@link #write} wrote.
     *
     * @throws IOException if it cannot be read or is no certificate
     */
    public static Certificate read(Path path) throws IOException {
        try {
            return of(Json.parse(path));
        } catch (IllegalArgumentException e) {
            throw new IOException("certificate: " + e.getMessage(), e);
        }
    }

    /** Of its JSON. @throws IllegalArgumentException with the place, if something is missing or wrong */
    public static Certificate of(Json json) {
        Json schema = json.get("schema");
        if (schema.asInt() != SCHEMA) {
            throw schema.wrong("schema version " + SCHEMA, schema.compact());
        }
        return new Certificate(
                json.find("sha256").map(Json::asString).orElse(""),
                json.get("mode").asString(),
                json.get("faces").elements().stream().map(FaceRecord::of).toList(),
                json.get("versions"));
    }
}
