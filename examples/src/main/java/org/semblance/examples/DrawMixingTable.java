package org.semblance.examples;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.semblance.Disentangler;
import org.semblance.image.ContactSheet;
import org.semblance.image.Image;

/** Everybody as everybody else: each row keeps its identity, each column its pose, expression and light. */
public final class DrawMixingTable {
    private DrawMixingTable() {}

    /** @param files the PNG file to write, then pictures */
    public static void main(String... files) throws IOException {
        try (Disentangler disentangler = Disentangler.embedded()) {
            int size = disentangler.resolution();
            List<Image> heads = new ArrayList<>();
            for (String file : Arrays.asList(files).subList(1, files.length)) {
                heads.add(Image.read(Path.of(file)).resized(size, size));
            }
            List<List<Image>> cells = disentangler.table(heads, heads);
            ContactSheet.table(heads, heads, cells).writePng(Path.of(files[0]));
        }
    }
}
