package org.semblance.cuda;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import java.util.TreeSet;

/** The functions that a 64-bit ELF library exports, read from its table of dynamic symbols. */
final class ElfSymbols {
    private static final int DYNAMIC_SYMBOLS = 11;
    private static final int SYMBOL_BYTES = 24;

    private final ByteBuffer file;

    private ElfSymbols(byte[] bytes) {
        file = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    }

    static Set<String> exportedBy(String resource) throws IOException {
        try (InputStream in = ElfSymbols.class.getResourceAsStream(resource)) {
            return new ElfSymbols(java.util.Objects.requireNonNull(in, resource).readAllBytes()).exported();
        }
    }

    private Set<String> exported() {
        Set<String> names = new TreeSet<>();
        for (int i = 0; i < file.getShort(60); i++) {
            int header = section(i);
            if (file.getInt(header + 4) == DYNAMIC_SYMBOLS) {
                addSymbols(header, names);
            }
        }
        return names;
    }

    private int section(int index) {
        return (int) file.getLong(40) + index * file.getShort(58);
    }

    private void addSymbols(int header, Set<String> names) {
        int table = (int) file.getLong(header + 24);
        int size = (int) file.getLong(header + 32);
        int strings = (int) file.getLong(section(file.getInt(header + 40)) + 24);
        for (int symbol = table; symbol < table + size; symbol += SYMBOL_BYTES) {
            boolean isFunction = (file.get(symbol + 4) & 15) == 2;
            boolean isDefined = file.getShort(symbol + 6) != 0;
            if (isFunction && isDefined) {
                names.add(text(strings + file.getInt(symbol)));
            }
        }
    }

    private String text(int at) {
        int end = at;
        while (file.get(end) != 0) {
            end++;
        }
        return new String(file.array(), at, end - at, StandardCharsets.UTF_8);
    }
}
