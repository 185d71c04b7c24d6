package org.semblance.weights;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.zip.CRC32;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;
import org.jspecify.annotations.Nullable;

/**
 * The members of a zip archive, each as bytes that can be read at any position. Stored members stay in the file,
 * deflated ones are inflated on the heap, up to a quarter of it. The archive is checked first: one central directory at
 * the end, names that differ, members that lie inside and do not overlap, sizes and CRC-32.
 */
public final class ZipMembers {
    /*
     * Layouts of the end record (22 bytes and a comment), the zip64 locator (20) and end record (56), the directory's
     * entries (46 and name, extra, comment) and the members' headers (30 and name, extra) are those of PKWARE's
     * APPNOTE.TXT, sections 4.3.7 to 4.3.16.
     */
    private static final int END = 0x06054b50;
    private static final int END64 = 0x06064b50;
    private static final int LOCATOR64 = 0x07064b50;
    private static final int ENTRY = 0x02014b50;
    private static final int HEADER = 0x04034b50;
    private static final int END_SIZE = 22;
    private static final int LONGEST_COMMENT = 65535;
    private static final int MOST_MEMBERS = 200_000;
    private static final long MAX32 = 0xffffffffL;

    private final ByteSource file;
    private final String source;
    private final Map<String, Entry> entries = new LinkedHashMap<>();
    private final Map<String, ByteSource> members = new LinkedHashMap<>();

    /** What the directory says of a member. */
    private record Entry(String name, int method, long crc, long packed, long size, long header) {}

    /** Where the directory is. */
    private record Directory(long from, long size, long count) {}

    private ZipMembers(ByteSource file, String source) {
        this.file = file;
        this.source = source;
    }

    /**
     * Opens and checks an archive.
     *
     * @param file stays in use, and stays the caller's to close
     * @param source what it is, for messages
     */
    public static ZipMembers open(ByteSource file, String source) throws IOException {
        ZipMembers zip = new ZipMembers(file, source);
        try {
            zip.readEntries(zip.directory());
            zip.readMembers();
            return zip;
        } catch (EOFException e) {
            throw new IOException("zip: it was cut short: " + e.getMessage() + " [" + source + "]", e);
        }
    }

    /** Names in the directory's order. */
    public Set<String> names() {
        return members.keySet();
    }

    /** A member, or null if there is none of this name. */
    public @Nullable ByteSource find(String name) {
        return members.get(name);
    }

    /** A member. @throws IOException if there is none of this name */
    public ByteSource get(String name) throws IOException {
        ByteSource member = find(name);
        if (member == null) {
            throw broken("a member named '" + name + "' is needed", "none");
        }
        return member;
    }

    private Directory directory() throws IOException {
        long end = end();
        ByteCursor in = at(end + 4);
        int disks = in.u16() | in.u16();
        long here = in.u16();
        Directory found = new Directory(0, 0, in.u16());
        long size = in.u32();
        found = new Directory(in.u32(), size, found.count());
        if (disks != 0 && disks != 0xffff || here != found.count()) {
            throw broken("an archive must be one file", "one of several parts");
        }
        return end >= 20 && at(end - 20).i32() == LOCATOR64 ? directory64(end) : ending(found, end);
    }

    private Directory directory64(long end) throws IOException {
        ByteCursor locator = at(end - 20 + 8);
        long place = locator.i64();
        ByteCursor in = at(place);
        if (in.i32() != END64) {
            throw broken("the zip64 end record must be where its locator says", "something else at " + place);
        }
        in = at(place + 32);
        long count = in.i64();
        long size = in.i64();
        return ending(new Directory(in.i64(), size, count), place);
    }

    private Directory ending(Directory d, long end) throws IOException {
        if (d.from() < 0 || d.size() < 0 || d.from() > end - d.size() || d.from() + d.size() != end) {
            throw broken(
                    "the directory must end where its end record begins", d.from() + " + " + d.size() + " and " + end);
        }
        if (d.count() < 0 || d.count() > MOST_MEMBERS || d.count() > d.size() / 46) {
            throw broken(
                    "the directory must hold its members, at most " + MOST_MEMBERS,
                    d.count() + " in " + d.size() + " bytes");
        }
        return d;
    }

    /** Position of the end record: the last that is followed by just its comment. */
    private long end() throws IOException {
        long size = file.size();
        int length = (int) Math.min(size, END_SIZE + LONGEST_COMMENT);
        if (length < END_SIZE) {
            throw broken("an archive has at least " + END_SIZE + " bytes", Long.toString(size));
        }
        byte[] tail = at(size - length).bytes(length);
        for (int i = length - END_SIZE; i >= 0; i--) {
            boolean signed = tail[i] == 'P' && tail[i + 1] == 'K' && tail[i + 2] == 5 && tail[i + 3] == 6;
            if (signed && (tail[i + 20] & 0xff | (tail[i + 21] & 0xff) << 8) == length - END_SIZE - i) {
                return size - length + i;
            }
        }
        throw broken("an archive must end with its central directory", "none: it was cut short or is no archive");
    }

    private void readEntries(Directory directory) throws IOException {
        ByteCursor in = at(directory.from());
        for (long i = 0; i < directory.count(); i++) {
            Entry entry = readEntry(in);
            if (entries.putIfAbsent(entry.name(), entry) != null) {
                throw broken("members must have names that differ", "two named '" + entry.name() + "'");
            }
        }
        if (in.position() != directory.from() + directory.size()) {
            throw broken(
                    "the directory must hold its members and nothing else",
                    directory.count() + " members in " + directory.size() + " bytes");
        }
    }

    private Entry readEntry(ByteCursor in) throws IOException {
        if (in.i32() != ENTRY) {
            throw broken("the directory must consist of entries", "something else at " + (in.position() - 4));
        }
        in.seek(in.position() + 4);
        int flags = in.u16();
        int method = in.u16();
        in.i32();
        long crc = in.u32();
        long packed = in.u32();
        long size = in.u32();
        int nameLength = in.u16();
        int extraLength = in.u16();
        int commentLength = in.u16();
        in.seek(in.position() + 8);
        long header = in.u32();
        String name = new String(in.bytes(nameLength), StandardCharsets.UTF_8);
        byte[] extra = in.bytes(extraLength);
        in.seek(in.position() + commentLength);
        Extra64 wide = new Extra64(extra);
        Entry entry = new Entry(name, method, crc, 0, wide.next(size), 0);
        entry = new Entry(name, method, crc, wide.next(packed), entry.size(), wide.next(header));
        return checked(entry, flags);
    }

    private Entry checked(Entry e, int flags) throws IOException {
        if ((flags & 1) != 0) {
            throw broken("members must not be encrypted", e.name());
        }
        if (e.method() != 0 && e.method() != 8) {
            throw broken("members must be stored or deflated", e.name() + " by method " + e.method());
        }
        boolean positive = e.packed() >= 0 && e.size() >= 0 && e.header() >= 0;
        if (!positive || e.packed() > file.size() || e.method() == 0 && e.size() != e.packed()) {
            throw broken("sizes must fit", e.name() + " of " + e.size() + " bytes in " + e.packed());
        }
        return e;
    }

    /** The values of a zip64 field, which stand for those that are all ones, in order. */
    private static final class Extra64 {
        private final ByteBuffer field;

        Extra64(byte[] extra) {
            ByteBuffer all = ByteBuffer.wrap(extra).order(ByteOrder.LITTLE_ENDIAN);
            ByteBuffer found = ByteBuffer.allocate(0);
            while (all.remaining() >= 4 && !found.hasRemaining()) {
                int id = all.getShort();
                int length = Math.min(all.getShort() & 0xffff, all.remaining());
                if (id == 1) {
                    found = all.slice(all.position(), length).order(ByteOrder.LITTLE_ENDIAN);
                }
                all.position(all.position() + length);
            }
            field = found;
        }

        long next(long value) {
            return value == MAX32 && field.remaining() >= 8 ? field.getLong() : value;
        }
    }

    private void readMembers() throws IOException {
        List<Entry> sorted = new ArrayList<>(entries.values());
        sorted.sort(Comparator.comparingLong(Entry::header));
        Map<String, Long> starts = new LinkedHashMap<>();
        long free = 0;
        for (Entry e : sorted) {
            if (e.header() < free) {
                throw broken("members must not overlap", e.name());
            }
            long start = start(e);
            starts.put(e.name(), start);
            free = start + e.packed();
        }
        long room = Runtime.getRuntime().maxMemory() / 4;
        for (Entry e : entries.values()) {
            long start = Objects.requireNonNull(starts.get(e.name()));
            room -= e.method() == 0 ? 0 : e.size();
            if (room < 0) {
                throw broken("deflated members must fit a quarter of the heap together", e.name() + " of " + e.size());
            }
            members.put(e.name(), member(e, file.slice(start, e.packed())));
        }
    }

    /** Where the data of a member begins. */
    private long start(Entry e) throws IOException {
        ByteCursor in = at(e.header());
        if (in.i32() != HEADER) {
            throw broken("a member must begin with its header", "something else for " + e.name());
        }
        in.seek(e.header() + 26);
        int nameLength = in.u16();
        int extraLength = in.u16();
        String name = new String(in.bytes(nameLength), StandardCharsets.UTF_8);
        if (!name.equals(e.name())) {
            throw broken("a member must have the directory's name '" + e.name() + "'", "'" + name + "'");
        }
        return in.position() + extraLength;
    }

    private ByteSource member(Entry e, ByteSource packed) throws IOException {
        ByteSource member = e.method() == 0 ? packed : ByteSource.of(inflated(e, packed));
        CRC32 crc = new CRC32();
        ByteBuffer piece = ByteBuffer.allocate((int) Math.min(1 << 18, Math.max(1, member.size())));
        for (long at = 0; at < member.size(); at += piece.capacity()) {
            member.read(at, piece.clear().limit((int) Math.min(piece.capacity(), member.size() - at)));
            crc.update(piece.flip());
        }
        if (crc.getValue() != e.crc()) {
            throw broken("members must have the CRC-32 of the directory", "another for " + e.name());
        }
        return member;
    }

    private byte[] inflated(Entry e, ByteSource packed) throws IOException {
        if (e.size() > Integer.MAX_VALUE - 8 || e.size() / 1032 > e.packed()) {
            throw broken(
                    "deflated members must be below 2 GiB and 1032 times their bytes",
                    e.name() + " of " + e.size() + " bytes in " + e.packed());
        }
        byte[] to = new byte[(int) e.size()];
        Inflater inflater = new Inflater(true);
        try {
            ByteCursor in = new ByteCursor(packed);
            int done = 0;
            while (!inflater.finished()) {
                if (inflater.needsInput()) {
                    inflater.setInput(in.bytes((int) Math.min(1 << 16, in.remaining())));
                }
                int got = inflater.inflate(to, done, to.length - done);
                done += got;
                if (got == 0
                        && !inflater.finished()
                        && (done == to.length || in.remaining() == 0 && inflater.needsInput())) {
                    break;
                }
            }
            if (!inflater.finished() || done != to.length) {
                throw broken("a deflated member must have its size", "another for " + e.name());
            }
            return to;
        } catch (DataFormatException ex) {
            throw new IOException("zip: " + e.name() + " is damaged: " + ex.getMessage() + " [" + source + "]", ex);
        } finally {
            inflater.end();
        }
    }

    private ByteCursor at(long position) throws IOException {
        ByteCursor in = new ByteCursor(file);
        in.seek(position);
        return in;
    }

    private IOException broken(String rule, String got) {
        return new IOException("zip: " + rule + ", got " + got + " [" + source + "]");
    }
}
