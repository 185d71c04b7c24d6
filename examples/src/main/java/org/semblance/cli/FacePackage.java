package org.semblance.cli;

import java.io.BufferedInputStream;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.zip.GZIPInputStream;
import org.semblance.files.DraftFile;

/** The npm package of face-api.js whose networks are used, pinned by its check sum. */
final class FacePackage {
    static final String NAME = "@vladmandic/face-api@1.7.15";
    static final String SHA256 = "0d77fffeef362ef9c0939cf6c567f3a2e8e177f114fa257a3270cbd2e509b031";
    private static final int MOST_BYTES = 64 << 20;
    private static final String LICENCE = "LICENSE";

    /** Files that are taken out, with their SHA-256. */
    private static final Map<String, String> FILES = Map.ofEntries(
            Map.entry(
                    "face_landmark_68_model-weights_manifest.json",
                    "ca4886639f86e99b39fed0c155f81b63317225773bd9616716e887b0153389c9"),
            Map.entry("face_landmark_68_model.bin", "4611ef65c87d836d03d684b30eec4d195d8b219fa1dd58fc58945831c6b9299b"),
            Map.entry(
                    "face_landmark_68_tiny_model-weights_manifest.json",
                    "9a1a5dd19fd814fd5095c3cb58f8e0d3193b8c5b9a6715b30a69d559aea31ad4"),
            Map.entry(
                    "face_landmark_68_tiny_model.bin",
                    "b98e9f2f7da76f8a6dda9741a36ed485b224b889d552de2b2c1bb16217f67bfc"),
            Map.entry(
                    "face_recognition_model-weights_manifest.json",
                    "cbaffa501b0b9275a12b63357a6843e7e30c054e1c9151e1a5f879b26e32986b"),
            Map.entry("face_recognition_model.bin", "b413e420d6840b2775fba32008db6f3cddb07d485967fb42cfcf379c16a8c589"),
            Map.entry(
                    "ssd_mobilenetv1_model-weights_manifest.json",
                    "888f744dffbc84f5f060d1f8427d9742341943a2dfaaf9205d10029b7e7a2955"),
            Map.entry("ssd_mobilenetv1_model.bin", "2835640602d53718aa6ae9a42896327eaa21beefed056c218d32ca7d79e1e2f8"),
            Map.entry(
                    "tiny_face_detector_model-weights_manifest.json",
                    "5d1af4849ac48d5b985f4a9b16010c512353ddd6fcc63d50fd0bc9e9e64296e5"),
            Map.entry(
                    "tiny_face_detector_model.bin",
                    "b7503ce7df31039b1c43316a9b865cab6a70dd748cc602d3fa28b551503c3871"));

    private FacePackage() {}

    /** Where the files are kept unless a folder is named. */
    static Path usualFolder() {
        String cache = Optional.ofNullable(System.getenv("XDG_CACHE_HOME")).orElse("");
        Path base = cache.isBlank() ? Path.of(System.getProperty("user.home"), ".cache") : Path.of(cache);
        return base.resolve("semblance").resolve("face-api-1.7.15");
    }

    /**
     * Takes the networks and the licence out of the package.
     *
     * @return the text of the licence
     * @throws IOException if it is not this package
     */
    static String unpack(Path tarball, Path folder) throws IOException {
        if (Files.size(tarball) > MOST_BYTES) {
            throw new IOException("the package must be " + NAME + ", got a file of " + Files.size(tarball) + " bytes");
        }
        byte[] bytes = Files.readAllBytes(tarball);
        requireSum(tarball.toString(), SHA256, bytes);
        Map<String, byte[]> found = new TreeMap<>();
        try (InputStream in = new BufferedInputStream(new GZIPInputStream(new ByteArrayInputStream(bytes)))) {
            Tar.read(in, FacePackage::wanted, found::put);
        }
        for (Map.Entry<String, String> file : FILES.entrySet()) {
            byte[] content = found.get("package/model/" + file.getKey());
            if (content == null) {
                throw new IOException("the package lacks " + file.getKey());
            }
            requireSum(file.getKey(), file.getValue(), content);
        }
        return write(found, folder);
    }

    private static boolean wanted(String name) {
        return name.equals("package/" + LICENCE)
                || name.startsWith("package/model/") && FILES.containsKey(name.substring("package/model/".length()));
    }

    private static String write(Map<String, byte[]> found, Path folder) throws IOException {
        Files.createDirectories(folder);
        String licence = "";
        for (Map.Entry<String, byte[]> file : found.entrySet()) {
            String name = file.getKey().substring(file.getKey().lastIndexOf('/') + 1);
            DraftFile.write(folder.resolve(name), out -> out.write(file.getValue()));
            licence = name.equals(LICENCE) ? new String(file.getValue(), StandardCharsets.UTF_8) : licence;
        }
        return licence;
    }

    private static void requireSum(String what, String wanted, byte[] content) throws IOException {
        try {
            byte[] sum = MessageDigest.getInstance("SHA-256").digest(content);
            String got = HexFormat.of().formatHex(sum);
            if (!got.equals(wanted)) {
                throw new IOException(what + " must have SHA-256 " + wanted + ", got " + got);
            }
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
