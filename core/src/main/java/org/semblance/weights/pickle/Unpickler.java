package org.semblance.weights.pickle;

import java.io.EOFException;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.semblance.weights.ByteCursor;
import org.semblance.weights.ByteSource;

/**
 * Reads one pickle of protocols 2 to 5 into plain values ({@link Values}). Nothing is ever called or looked up: a
 * global that the {@link PickleTypes} do not allow is refused by name as soon as it is named, and so is every opcode
 * that needs one. Bytes and long text stay in the file.
 *
 * <p>Numbers of operations, of values on the stack and of characters are bounded; every claimed length is checked
 * against the file first. Whatever is wrong is an {@link IOException}. For one thread.
 */
public final class Unpickler {
    /*
     * Each operation makes at most one value of some 100 bytes, so these bounds keep a hostile pickle below some 200
     * MB;
     * a snapshot of StyleGAN2 has 20,000 operations, its text is source code of 40 kB per module.
     */
    private static final int MOST_OPERATIONS = 2_000_000;
    private static final int MOST_TEXT = 32 << 20;
    private static final int LONGEST_TEXT = 1 << 20;
    private static final int LONGEST_LINE = 1024;
    private static final int LONGEST_INTEGER = 64;
    private static final int HIGHEST_PROTOCOL = 5;

    private final ByteCursor in;
    private final PickleTypes types;
    private final Map<Long, Object> memo = new HashMap<>();
    private final List<Object> stack = new ArrayList<>();
    private long text;
    private Opcode op = Opcode.STOP;
    private long at;

    /** Stands on the stack where a MARK was. */
    private enum Mark {
        MARK
    }

    private Unpickler(ByteCursor in, PickleTypes types) {
        this.in = in;
        this.types = types;
    }

    /** Reads the pickle that begins at the cursor, which then stands behind it. */
    public static Object read(ByteCursor in, PickleTypes types) throws IOException {
        Unpickler unpickler = new Unpickler(in, types);
        try {
            return unpickler.run();
        } catch (EOFException e) {
            throw new IOException("pickle: it was cut short: " + e.getMessage() + unpickler.place(), e);
        }
    }

    private Object run() throws IOException {
        for (int operations = 0; operations < MOST_OPERATIONS; operations++) {
            at = in.position();
            int code = in.u8();
            Opcode found = Opcode.of(code);
            if (found == null) {
                throw broken("opcodes are those of protocols 2 to 5", String.format("byte 0x%02x", code));
            }
            op = found;
            if (op == Opcode.STOP) {
                return pop();
            }
            step();
        }
        throw broken("at most " + MOST_OPERATIONS + " operations are read", "more");
    }

    private void step() throws IOException {
        switch (op) {
            case PROTO -> protocol();
            case FRAME -> frame();
            case MARK -> stack.add(Mark.MARK);
            case POP -> drop();
            case POP_MARK -> popMark();
            case DUP -> push(top());
            case NONE -> push(Null.NONE);
            case NEWTRUE -> push(true);
            case NEWFALSE -> push(false);
            case BININT -> push((long) in.i32());
            case BININT1 -> push((long) in.u8());
            case BININT2 -> push((long) in.u16());
            case LONG1 -> integer(in.u8());
            case LONG4 -> integer(in.u32());
            case BINFLOAT -> push(Double.longBitsToDouble(Long.reverseBytes(in.i64())));
            default -> stepText();
        }
    }

    private void stepText() throws IOException {
        switch (op) {
            case SHORT_BINUNICODE -> text(in.u8());
            case BINUNICODE -> text(in.u32());
            case BINUNICODE8 -> text(in.i64());
            case SHORT_BINSTRING -> oldText(in.u8());
            case BINSTRING -> oldText(in.u32());
            case SHORT_BINBYTES -> push(in.slice(in.u8()));
            case BINBYTES -> push(in.slice(in.u32()));
            case BINBYTES8, BYTEARRAY8 -> push(in.slice(in.i64()));
            default -> stepContainer();
        }
    }

    private void stepContainer() throws IOException {
        switch (op) {
            case EMPTY_LIST, EMPTY_SET -> push(new ArrayList<>(0));
            case EMPTY_TUPLE -> push(Tuple.EMPTY);
            case EMPTY_DICT -> push(new Dict("dict"));
            case LIST, FROZENSET -> push(popMark());
            case DICT -> putAll(popMark(), pushed(new Dict("dict")));
            case TUPLE -> push(new Tuple(popMark()));
            case TUPLE1 -> push(new Tuple(popCount(1)));
            case TUPLE2 -> push(new Tuple(popCount(2)));
            case TUPLE3 -> push(new Tuple(popCount(3)));
            case APPEND -> append(popCount(1));
            case APPENDS, ADDITEMS -> append(popMark());
            case SETITEM -> putAll(popCount(2), dict());
            case SETITEMS -> putAll(popMark(), dict());
            default -> stepMemo();
        }
    }

    private void stepMemo() throws IOException {
        switch (op) {
            case BINPUT -> memo.put((long) in.u8(), top());
            case LONG_BINPUT -> memo.put(in.u32(), top());
            case MEMOIZE -> memo.put((long) memo.size(), top());
            case BINGET -> remembered(in.u8());
            case LONG_BINGET -> remembered(in.u32());
            default -> stepObject();
        }
    }

    private void stepObject() throws IOException {
        switch (op) {
            case GLOBAL -> global(line() + " " + line());
            case STACK_GLOBAL -> stackGlobal();
            case INST -> throw forbidden("INST of " + line() + " " + line());
            case REDUCE, NEWOBJ -> call();
            case BUILD -> build();
            case BINPERSID -> push(types.persistent(pop()));
            case INT, LONG, FLOAT, STRING, UNICODE, GET, PUT ->
                throw broken("protocols 2 to 5 are read", "opcode " + op + " of protocol 0");
            default -> throw forbidden(op.name());
        }
    }

    private void protocol() throws IOException {
        int version = in.u8();
        if (version < 2 || version > HIGHEST_PROTOCOL) {
            throw broken("protocols 2 to 5 are read", "protocol " + version);
        }
    }

    private void frame() throws IOException {
        long length = in.i64();
        if (length < 0 || length > in.remaining()) {
            throw broken(
                    "a frame must lie inside the file", length + " bytes, of which " + in.remaining() + " are there");
        }
    }

    private void integer(long length) throws IOException {
        if (length > LONGEST_INTEGER) {
            throw broken("integers have at most " + LONGEST_INTEGER + " bytes", Long.toString(length));
        }
        byte[] little = in.bytes((int) length);
        byte[] big = new byte[little.length + 1];
        for (int i = 0; i < little.length; i++) {
            big[big.length - 1 - i] = little[i];
        }
        big[0] = (byte) (little.length > 0 && little[little.length - 1] < 0 ? -1 : 0);
        BigInteger value = new BigInteger(big);
        push(value.bitLength() < 64 ? (Object) value.longValue() : value);
    }

    private void text(long length) throws IOException {
        if (length > LONGEST_TEXT || length < 0) {
            push(new LongText(in.slice(length)));
            return;
        }
        byte[] bytes = counted(length);
        try {
            push(StandardCharsets.UTF_8
                    .newDecoder()
                    .onMalformedInput(CodingErrorAction.REPORT)
                    .decode(ByteBuffer.wrap(bytes))
                    .toString());
        } catch (CharacterCodingException e) {
            throw broken("text must be UTF-8", length + " other bytes");
        }
    }

    /** Text of Python 2, whose bytes stand for themselves. */
    private void oldText(long length) throws IOException {
        if (length > LONGEST_TEXT) {
            throw broken("text of Python 2 has at most " + LONGEST_TEXT + " bytes", Long.toString(length));
        }
        push(new String(counted(length), StandardCharsets.ISO_8859_1));
    }

    private byte[] counted(long length) throws IOException {
        text += length;
        if (text > MOST_TEXT) {
            throw broken("at most " + MOST_TEXT + " bytes of text are read", "more");
        }
        return in.bytes((int) length);
    }

    private String line() throws IOException {
        StringBuilder line = new StringBuilder();
        for (int c = in.u8(); c != '\n'; c = in.u8()) {
            if (line.length() == LONGEST_LINE) {
                throw broken("names have at most " + LONGEST_LINE + " characters", "more");
            }
            line.append((char) c);
        }
        return line.toString();
    }

    private void stackGlobal() throws IOException {
        String name = Values.as(String.class, pop(), "a global's name");
        global(Values.as(String.class, pop(), "a global's module") + " " + name);
    }

    private void global(String name) throws IOException {
        if (!types.allows(name)) {
            throw new IOException(
                    "pickle: global '" + printable(name) + "' is not allowed; nothing was called" + place());
        }
        push(new Global(name));
    }

    private void call() throws IOException {
        Tuple arguments = Values.as(Tuple.class, pop(), "arguments");
        Global global = Values.as(Global.class, pop(), "what is called");
        push(types.call(global, arguments));
    }

    private void build() throws IOException {
        Object state = pop();
        types.build(top(), state);
    }

    private void remembered(long key) throws IOException {
        Object value = memo.get(key);
        if (value == null) {
            throw broken("memo entries must be set before they are read", "entry " + key);
        }
        push(value);
    }

    private void append(List<Object> items) throws IOException {
        @SuppressWarnings("unchecked") // lists are made here, of objects
        List<Object> list = (List<Object>) Values.as(List.class, top(), "what is appended to");
        list.addAll(items);
    }

    private Dict dict() throws IOException {
        return Values.as(Dict.class, top(), "what entries are set in");
    }

    private void putAll(List<Object> items, Dict into) throws IOException {
        if (items.size() % 2 != 0) {
            throw broken("keys and values come in pairs", items.size() + " items");
        }
        for (int i = 0; i < items.size(); i += 2) {
            into.put(items.get(i), items.get(i + 1));
        }
    }

    private void push(Object value) {
        stack.add(value);
    }

    private Dict pushed(Dict dict) {
        push(dict);
        return dict;
    }

    private Object pop() throws IOException {
        Object top = top();
        stack.remove(stack.size() - 1);
        return top;
    }

    private Object top() throws IOException {
        Object top = stack.isEmpty() ? Mark.MARK : stack.get(stack.size() - 1);
        if (top == Mark.MARK) {
            throw broken("a value must be on the stack", stack.isEmpty() ? "none" : "a mark");
        }
        return top;
    }

    /** Removes what is on top, a mark too. */
    private void drop() throws IOException {
        if (stack.isEmpty()) {
            throw broken("a value must be on the stack", "none");
        }
        stack.remove(stack.size() - 1);
    }

    private List<Object> popCount(int count) throws IOException {
        List<Object> items = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            items.add(0, pop());
        }
        return items;
    }

    private List<Object> popMark() throws IOException {
        int mark = stack.lastIndexOf(Mark.MARK);
        if (mark < 0) {
            throw broken("a mark must be on the stack", "none");
        }
        List<Object> above = stack.subList(mark + 1, stack.size());
        List<Object> items = new ArrayList<>(above);
        above.clear();
        stack.remove(mark);
        return items;
    }

    private IOException forbidden(String what) {
        return new IOException("pickle: opcode " + printable(what) + " is not allowed; nothing was called" + place());
    }

    private IOException broken(String rule, String got) {
        return new IOException("pickle: " + rule + ", got " + got + place());
    }

    private String place() {
        return " [" + op + " at byte " + at + "]";
    }

    private static String printable(String name) {
        String visible = name.replaceAll("[^\\x20-\\x7e]", "?");
        return visible.length() > 120 ? visible.substring(0, 120) + "..." : visible;
    }

    /** Values of bytes that are small, such as those of a number. @throws IOException if there are more */
    public static byte[] small(ByteSource bytes, int most) throws IOException {
        if (bytes.size() > most) {
            throw new IOException("pickle: at most " + most + " bytes are expected here, got " + bytes.size());
        }
        ByteBuffer all = ByteBuffer.allocate((int) bytes.size());
        bytes.read(0, all);
        return all.array();
    }
}
