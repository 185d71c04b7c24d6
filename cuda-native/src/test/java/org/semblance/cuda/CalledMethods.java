package org.semblance.cuda;

import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Set;
import java.util.TreeSet;

/** The methods of one class that another mentions, read from the constant pool of its class file. */
final class CalledMethods {
    private final int[] first;
    private final int[] second;
    private final int[] tags;
    private final String[] texts;

    private CalledMethods(DataInputStream in) throws IOException {
        in.readInt();
        in.readInt();
        int count = in.readUnsignedShort();
        first = new int[count];
        second = new int[count];
        tags = new int[count];
        texts = new String[count];
        for (int i = 1; i < count; i++) {
            tags[i] = in.readUnsignedByte();
            readEntry(in, i);
            i += tags[i] == 5 || tags[i] == 6 ? 1 : 0;
        }
    }

    private void readEntry(DataInputStream in, int i) throws IOException {
        switch (tags[i]) {
            case 1 -> texts[i] = in.readUTF();
            case 3, 4 -> in.readInt();
            case 5, 6 -> in.readLong();
            case 7, 8, 16, 19, 20 -> first[i] = in.readUnsignedShort();
            case 15 -> {
                in.readByte();
                first[i] = in.readUnsignedShort();
            }
            default -> {
                first[i] = in.readUnsignedShort();
                second[i] = in.readUnsignedShort();
            }
        }
    }

    /** Names of the methods of {@code owner} (a binary name with slashes) that {@code caller} refers to. */
    static Set<String> of(String owner, Class<?> caller) throws IOException {
        String file = caller.getName().substring(caller.getPackageName().length() + 1) + ".class";
        try (InputStream in = caller.getResourceAsStream(file)) {
            return new CalledMethods(new DataInputStream(java.util.Objects.requireNonNull(in, file))).named(owner);
        }
    }

    private Set<String> named(String owner) {
        Set<String> names = new TreeSet<>();
        for (int i = 1; i < tags.length; i++) {
            if (tags[i] == 10 && texts[first[first[i]]].equals(owner)) {
                names.add(texts[first[second[i]]]);
            }
        }
        return names;
    }
}
