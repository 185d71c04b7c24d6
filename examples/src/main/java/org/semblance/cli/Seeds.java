package org.semblance.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/**
 * Seeds as the command line writes them: {@code 0-15,20}.
 *
 * @param values the seeds, in the order given
 */
record Seeds(List<Long> values) {
    static final long GREATEST = 0xFFFFFFFFL;
    static final int MOST = 1_000_000;

    private static final Pattern PART = Pattern.compile("(\\d{1,10})(?:-(\\d{1,10}))?");

    /** Reads a list of seeds and ranges. @throws TypeConversionException if it is not one */
    static Seeds parse(String text) {
        List<Long> values = new ArrayList<>();
        for (String part : text.split(",", -1)) {
            Matcher range = PART.matcher(part.strip());
            if (!range.matches()) {
                throw new TypeConversionException("expected seeds such as 0-15,20, got '" + text + "'");
            }
            add(values, Long.parseLong(range.group(1)), Long.parseLong(last(range)), part);
        }
        return new Seeds(List.copyOf(values));
    }

    private static String last(Matcher range) {
        return range.group(2) == null ? range.group(1) : range.group(2);
    }

    private static void add(List<Long> values, long first, long last, String part) {
        if (last < first) {
            throw new TypeConversionException("a range must ascend, got " + part);
        }
        if (last > GREATEST) {
            throw new TypeConversionException("a seed must be at most " + GREATEST + ", got " + last);
        }
        if (values.size() + last - first >= MOST) {
            throw new TypeConversionException("at most " + MOST + " seeds at once, got more with " + part);
        }
        for (long seed = first; seed <= last; seed++) {
            values.add(seed);
        }
    }

    /** For picocli. */
    static final class Converter implements ITypeConverter<Seeds> {
        @Override
        public Seeds convert(String text) {
            return parse(text);
        }
    }
}
