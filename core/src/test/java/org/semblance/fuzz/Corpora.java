package org.semblance.fuzz;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.function.BiConsumer;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;

/** Zips of inputs among the test resources. */
final class Corpora {
    private Corpora() {}

    /** Hands over every member with its name. */
    static void read(String zip, BiConsumer<String, byte[]> member) {
        try (InputStream in = Corpora.class.getResourceAsStream(zip)) {
            if (in == null) {
                throw new IllegalArgumentException("no corpus named " + zip);
            }
            ZipInputStream members = new ZipInputStream(new ByteArrayInputStream(in.readAllBytes()));
            for (ZipEntry e = members.getNextEntry(); e != null; e = members.getNextEntry()) {
                member.accept(e.getName(), members.readAllBytes());
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
