package org.semblance.image;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.text.Normalizer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * Words as a picture, in letters of 5 by 8 dots that are drawn the same on every machine, fonts or none: the ASCII
 * characters; accents are left off, and others appear as question marks.
 */
final class Label {
    /*
     * letters.txt: a character and its rows from the top, 5 bits each, the leftmost highest; the eighth row, below the
     * line, where there is one.
     */
    private static final int WIDE = 6;
    private static final int HIGH = 9;
    private static final int[] SPACE = {};
    private static final Map<Character, int[]> LETTERS = letters();

    private Label() {}

    private static Map<Character, int[]> letters() {
        Map<Character, int[]> letters = new HashMap<>();
        try (InputStream in = Objects.requireNonNull(Label.class.getResourceAsStream("letters.txt"));
                BufferedReader lines = new BufferedReader(new InputStreamReader(in, StandardCharsets.US_ASCII))) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                String[] rows = line.substring(2).split(" ");
                letters.put(
                        line.charAt(0),
                        Arrays.stream(rows)
                                .mapToInt(row -> Integer.parseInt(row, 16))
                                .toArray());
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        letters.put(' ', SPACE);
        return letters;
    }

    /** How large letters should be beside pictures of this size: 1 dot is this many pixels. */
    static int scale(int pictureSize) {
        return Math.max(1, pictureSize / 128);
    }

    /** Height of some lines of text. */
    static int height(int lines, int scale) {
        return lines * HIGH * scale;
    }

    /** Text, broken where a line is full and cut off where the place is, in the middle of its place. */
    static Image draw(String text, int width, int height, int scale, int background) {
        List<String> lines =
                lines(plain(text), Math.max(1, width / (WIDE * scale)), Math.max(1, height / (HIGH * scale)));
        Canvas canvas = new Canvas(width, height, background);
        int top = Math.max(0, (height - height(lines.size(), scale)) / 2);
        for (int i = 0; i < lines.size(); i++) {
            int left = Math.max(0, (width - lines.get(i).length() * WIDE * scale) / 2);
            draw(canvas, lines.get(i), left, top + height(i, scale), scale, ink(background));
        }
        return canvas.toImage();
    }

    /** Black on what is bright, white on what is dark. */
    private static int ink(int background) {
        int sum = (background >> 16 & 0xff) + (background >> 8 & 0xff) + (background & 0xff);
        return sum > 3 * 127 ? 0x000000 : 0xffffff;
    }

    private static String plain(String text) {
        StringBuilder plain = new StringBuilder();
        Normalizer.normalize(text, Normalizer.Form.NFD)
                .codePoints()
                .filter(c -> Character.getType(c) != Character.NON_SPACING_MARK)
                .forEach(c -> plain.append(c < 128 && LETTERS.containsKey((char) c) ? (char) c : '?'));
        return plain.toString();
    }

    private static List<String> lines(String text, int columns, int most) {
        List<String> lines = new ArrayList<>();
        for (int at = 0; at < text.length() && lines.size() < most; at += columns) {
            lines.add(text.substring(at, Math.min(text.length(), at + columns)));
        }
        int shown = lines.size() * columns;
        if (text.length() > shown && columns > 2) {
            String last = lines.get(most - 1);
            lines.set(most - 1, last.substring(0, columns - 2) + "..");
        }
        return lines;
    }

    private static void draw(Canvas canvas, String line, int left, int top, int scale, int ink) {
        Image dot = Image.filled(scale, scale, ink);
        for (int i = 0; i < line.length(); i++) {
            int[] rows = LETTERS.getOrDefault(line.charAt(i), SPACE);
            for (int y = 0; y < rows.length; y++) {
                for (int x = 0; x < WIDE - 1; x++) {
                    if ((rows[y] >> WIDE - 2 - x & 1) != 0) {
                        canvas.pasteInside(dot, left + (i * WIDE + x) * scale, top + y * scale);
                    }
                }
            }
        }
    }
}
