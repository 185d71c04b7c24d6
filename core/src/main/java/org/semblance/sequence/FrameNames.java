package org.semblance.sequence;

import java.math.BigInteger;
import java.util.Comparator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The order of names in which runs of digits count as numbers. */
final class FrameNames {
    private static final Pattern PART = Pattern.compile("[0-9]+|[^0-9]+");

    static final Comparator<String> ORDER =
            ((Comparator<String>) FrameNames::compareParts).thenComparing(Comparator.naturalOrder());

    private FrameNames() {}

    private static int compareParts(String a, String b) {
        Matcher left = PART.matcher(a);
        Matcher right = PART.matcher(b);
        while (true) {
            boolean hasLeft = left.find();
            boolean hasRight = right.find();
            if (!hasLeft || !hasRight) {
                return Boolean.compare(hasLeft, hasRight);
            }
            int order = comparePart(left.group(), right.group());
            if (order != 0) {
                return order;
            }
        }
    }

    private static int comparePart(String a, String b) {
        return isNumber(a) && isNumber(b) ? new BigInteger(a).compareTo(new BigInteger(b)) : a.compareTo(b);
    }

    private static boolean isNumber(String part) {
        return part.charAt(0) >= '0' && part.charAt(0) <= '9';
    }
}
