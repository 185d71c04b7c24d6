#!/usr/bin/env python3
"""StyleGAN2 synthesis in PyTorch as its user would write it for speed, and its times: the peer of our CUDA backend.

One convolution with shared weights serves a whole batch because styles scale activations, not weights. Activations are
channels-last in half precision; styles, demodulation and pictures are float32. An enlarging layer is a transposed
convolution and a low-pass filter, or both folded into one convolution that makes four phases ("poly"), whichever is
faster for its size here. Ways to run it, all measured, the fastest counts:

  eager          as it stands
  graph          eager, replayed as a CUDA graph
  compile        torch.compile, replayed as a CUDA graph
  tuned          torch.compile with max-autotune-no-cudagraphs, replayed as a CUDA graph

  stylegan2_torch.py --rows 256-b8-forward-fp16,1024-b8-forward-fp16 [--modes eager,graph,compile] [--limit SECONDS]
                     [--seconds S] [--weights SIZE=FILE] [--device cuda|cpu] [--out FILE]
  stylegan2_torch.py --serve [--device cuda|cpu] [--shared DIR] [--threads N]
                     requests and answers as lines of JSON, for TorchPeer.java

Several processes may prepare rows at once: with one --shared folder they choose what is faster by trial one at a time,
and only compile side by side.

A row is SIZE-bBATCH-forward|backward-fp16|bf16|fp32. "backward" is forward and the gradient with respect to the style
codes, weights frozen. FILE of --weights is safetensors with the names of stylegan2-ada-pytorch; without it weights are
random. Runs on PyTorch 1.13 (without compile) and later.
"""

import argparse
import contextlib
import copy
import fcntl
import json
import math
import os
import re
import signal
import statistics
import sys
import time

import torch
import torch.nn.functional as F

W_DIM = 512
SQRT2 = math.sqrt(2)
EPSILON = 1e-8
FIR = [1 / 8, 3 / 8, 3 / 8, 1 / 8]
DTYPES = {"fp32": torch.float32, "fp16": torch.float16, "bf16": torch.bfloat16}
MODES = ["eager", "graph", "compile", "tuned"]
RGB = {False: "bmm", True: "sum"}  # of a compiled network without and with backward: what was faster wherever both were


class Row:
    """What is measured: picture size, batch, whether with backward, element type."""

    def __init__(self, name):
        match = re.fullmatch(r"(\d+)-b(\d+)-(forward|backward)-(fp32|fp16|bf16)", name)
        if not match:
            raise ValueError("a row is SIZE-bBATCH-forward|backward-fp16|bf16|fp32, got %r" % name)
        self.name = name
        self.size = int(match[1])
        self.batch = int(match[2])
        self.backward = match[3] == "backward"
        self.dtype = DTYPES[match[4]]
        if self.size < 8 or self.size & (self.size - 1):
            raise ValueError("a size is a power of two from 8 on, got %d" % self.size)

    def channels(self, resolution):
        return min((32768 if self.size > 256 else 16384) // resolution, 512)

    def num_ws(self):
        return 2 * int(math.log2(self.size)) - 2


# ---- weights --------------------------------------------------------------------------------------------------------


def random_weights(row):
    """Weights with the statistics of RandomGenerator.java: normal, with biases and noise that do something."""
    generator = torch.Generator().manual_seed(1)

    def normal(*shape, mean=0.0, deviation=1.0):
        return torch.randn(*shape, generator=generator) * deviation + mean

    weights = {"synthesis.b4.const": normal(row.channels(4), 4, 4)}
    for name, kind, resolution, c_in, c_out in layers(row):
        k = 1 if kind == "rgb" else 3
        weights[name + ".weight"] = normal(c_out, c_in, k, k)
        weights[name + ".bias"] = normal(c_out, mean=0.1, deviation=0.05)
        weights[name + ".affine.weight"] = normal(c_in, W_DIM)
        weights[name + ".affine.bias"] = torch.ones(c_in)
        if kind != "rgb":
            weights[name + ".noise_strength"] = normal(1, mean=0.1, deviation=0.05)
            weights[name + ".noise_const"] = normal(resolution, resolution)
    return weights


def read_weights(path):
    """The tensors of a safetensors file in float32."""
    with open(path, "rb") as file:
        size = int.from_bytes(file.read(8), "little")
        header = json.loads(file.read(size))
        data = bytearray(file.read())
    types = {"F32": torch.float32, "F16": torch.float16, "BF16": torch.bfloat16}
    weights = {}
    for name, entry in header.items():
        if name == "__metadata__":
            continue
        begin, end = entry["data_offsets"]
        flat = torch.frombuffer(memoryview(data)[begin:end], dtype=types[entry["dtype"]])
        weights[name] = flat.reshape(entry["shape"]).float()
    return weights


def layers(row):
    """Name, kind (up, same, rgb), resolution and channels of every layer in order."""
    found = []
    resolution = 4
    while resolution <= row.size:
        c = row.channels(resolution)
        block = "synthesis.b%d." % resolution
        if resolution > 4:
            found.append((block + "conv0", "up", resolution, row.channels(resolution // 2), c))
        found.append((block + "conv1", "same", resolution, c, c))
        found.append((block + "torgb", "rgb", resolution, c, 3))
        resolution *= 2
    return found


def folded(weight):
    """[O, I, 3, 3] of a transposed convolution of stride 2, with the filter after it, as [4 O, I, 3, 3], phase by phase."""
    out, c_in = weight.shape[:2]
    taps = torch.zeros(out, c_in, 6, 6, dtype=weight.dtype, device=weight.device)
    for i in range(4):
        for j in range(4):
            taps[:, :, i : i + 3, j : j + 3] += 4 * FIR[3 - i] * FIR[3 - j] * weight
    phases = [
        torch.stack([taps[:, :, py + 4 - 2 * i, px + 4 - 2 * j] for i in range(3) for j in range(3)], 2)
        for py in range(2)
        for px in range(2)
    ]
    return torch.cat(phases).reshape(4 * out, c_in, 3, 3)


# ---- the network ----------------------------------------------------------------------------------------------------


class Layer(torch.nn.Module):
    """One layer's constants on the device, and its convolution."""

    def __init__(self, weights, spec, dtype, device):
        super().__init__()
        name, self.kind, self.resolution, self.c_in, self.c_out = spec
        take = {part: weights[name + "." + part].to(device) for part in self._parts()}
        gain = 1 / math.sqrt(W_DIM * (self.c_in if self.kind == "rgb" else 1))
        self.constant("affine_weight", take["affine.weight"] * gain)
        self.constant("affine_bias", take["affine.bias"] * gain * math.sqrt(W_DIM))
        if self.kind == "rgb":
            self.constant("weight", take["weight"].reshape(3, self.c_in))
            self.constant("bias", take["bias"].reshape(1, 3, 1, 1))
        else:
            self._convolution(take["weight"].double(), dtype)
            noise = SQRT2 * take["noise_strength"].reshape(()) * take["noise_const"]
            self.constant("noise", noise.reshape(1, 1, self.resolution, self.resolution))
            self.constant("bias", (SQRT2 * take["bias"]).reshape(1, -1, 1, 1))
            offset = (self.noise + self.bias).to(dtype)
            self.constant("offset", offset.contiguous(memory_format=torch.channels_last))

    def _parts(self):
        parts = ["weight", "bias", "affine.weight", "affine.bias"]
        return parts if self.kind == "rgb" else parts + ["noise_strength", "noise_const"]

    def constant(self, name, value):
        self.register_buffer(name, value, persistent=False)

    def _convolution(self, weight, dtype):
        """Weights of unit norm per output, so that half precision holds them well, and what restores their scale."""
        norm = weight.square().sum((1, 2, 3)).sqrt()
        scaled = weight / norm.reshape(-1, 1, 1, 1)
        self.constant("energy", weight.square().sum((2, 3)).float())
        self.constant("norm", norm.float())
        if self.kind == "same":
            forms = {"weight": scaled}
        else:
            forms = {"transposed": scaled.transpose(0, 1), "folded": folded(scaled)}
        for name, form in forms.items():
            self.constant(name, form.to(dtype).contiguous(memory_format=torch.channels_last))

    def product(self, x, form):
        """The convolution alone: what decides between the forms when the rest is fused."""
        if self.kind == "same":
            return F.conv2d(x, self.weight, padding=1)
        if form == "poly":
            return F.conv2d(x, self.folded, padding=1)
        return F.conv_transpose2d(x, self.transposed, stride=2)

    def convolve(self, x, form):
        z = self.product(x, form)
        if self.kind == "same":
            return z
        return shuffled(z, self.c_out) if form == "poly" else filtered(z)


def shuffled(z, c_out):
    """[N, 4 O, H, W] in phases to [N, O, 2 H, 2 W], channels-last."""
    n, _, h, w = z.shape
    rows = z.permute(0, 2, 3, 1).reshape(n, h, w, 2, 2, c_out)
    return rows.permute(0, 1, 3, 2, 4, 5).reshape(n, 2 * h, 2 * w, c_out).permute(0, 3, 1, 2)


def filtered(t):
    """The low-pass filter after a transposed convolution, [N, O, 2 H + 1, 2 W + 1] to [N, O, 2 H, 2 W]."""
    side = t.shape[2] - 1
    t = F.pad(t, (1, 1, 1, 1))
    for dim in (2, 3):
        a, b, c, d = [2 * FIR[i] * t.narrow(dim, i, side) for i in range(4)]
        t = a + b + c + d
    return t


def enlarged(image):
    """The picture so far, twice as large, through the same filter."""
    padded = F.pad(image, (1, 1, 1, 1))

    def phases(x, dim):
        size = x.shape[dim] - 2
        before, here, after = [x.narrow(dim, i, size) for i in range(3)]
        return 2 * (FIR[0] * before + FIR[2] * here), 2 * (FIR[1] * here + FIR[3] * after)

    n, c, h, w = image.shape
    rows = [torch.stack(phases(row, 3), -1) for row in phases(padded, 2)]
    return torch.stack(rows, 3).reshape(n, c, 2 * h, 2 * w)


class Synthesis(torch.nn.Module):
    """Style codes [N, numWs, 512] in float32 to pictures [N, 3, R, R] in float32.

    fused: written for a compiler that fuses elementwise work and keeps float32 in registers; otherwise every
    operation is a pass over memory, so operands are half precision and fewer.
    rgb: ToRGB as three sums beside the activation ("sum") or as a batched product ("bmm").
    forms: of every convolution, "poly" or "transposed" where it enlarges.
    """

    def __init__(self, row, weights, device):
        super().__init__()
        self.dtype = row.dtype
        made = [Layer(weights, spec, row.dtype, device) for spec in layers(row)]
        self.convs = torch.nn.ModuleList(layer for layer in made if layer.kind != "rgb")
        self.rgbs = torch.nn.ModuleList(layer for layer in made if layer.kind == "rgb")
        self.fused, self.rgb, self.forms = False, "bmm", ("poly",) * len(self.convs)
        self.constant("start", weights["synthesis.b4.const"].float().unsqueeze(0).to(device))
        taps = torch.tensor(FIR, device=device)
        self.constant("image_filter", (4 * taps.ger(taps)).reshape(1, 1, 4, 4).repeat(3, 1, 1, 1))
        self._stack_styles(device)

    def constant(self, name, value):
        self.register_buffer(name, value, persistent=False)

    def written(self, fused, rgb, forms):
        """The same network, written in another way; constants are shared."""
        other = copy.copy(self)
        other.fused, other.rgb, other.forms = fused, rgb, tuple(forms)
        return other

    def _stack_styles(self, device):
        """All affine layers as one batched product, and all demodulations as another."""
        ordered = list(self.convs) + list(self.rgbs)
        widest = max(layer.c_in for layer in ordered)
        affine = torch.zeros(len(ordered), W_DIM, widest, device=device)
        bias = torch.zeros(len(ordered), 1, widest, device=device)
        energy = torch.zeros(len(self.convs), widest, widest, device=device)
        factor = torch.zeros(len(self.convs), 1, widest, device=device)
        rows = []
        for i, layer in enumerate(ordered):
            affine[i, :, : layer.c_in] = layer.affine_weight.t()
            bias[i, 0, : layer.c_in] = layer.affine_bias
            rows.append(i if i < len(self.convs) else 2 * (i - len(self.convs)) + 1)
        for i, layer in enumerate(self.convs):
            energy[i, : layer.c_in, : layer.c_out] = layer.energy.t()
            factor[i, 0, : layer.c_out] = SQRT2 * layer.norm
        self.constant("affine", affine)
        self.constant("affine_bias", bias)
        self.constant("energy", energy)
        self.constant("factor", factor)
        self.constant("style_rows", torch.tensor(rows, device=device))

    def styles(self, ws):
        """Scaled styles of the convolutions [L, N, C], their factors of the outputs, and styles of ToRGB."""
        rows = ws.transpose(0, 1).index_select(0, self.style_rows)
        all_styles = torch.baddbmm(self.affine_bias, rows, self.affine)
        convs = len(self.convs)
        s = all_styles[:convs]
        largest = s.detach().abs().amax(2, keepdim=True)
        energy = torch.bmm(s.square(), self.energy)
        return s / largest, torch.rsqrt(energy + EPSILON) * self.factor * largest, all_styles[convs:]

    def forward(self, ws):
        scales, factors, rgb_styles = self.styles(ws)
        image, rgb = None, 0
        x = self.start * self._map(scales[0], self.convs[0].c_in)
        x = x.to(dtype=self.dtype, memory_format=torch.channels_last)
        for i, layer in enumerate(self.convs):
            z = layer.convolve(x, self.forms[i])
            y = self._activated(layer, z, self._map(factors[i], layer.c_out))
            if i + 1 < len(self.convs):
                x = (y * self._cast(self._map(scales[i + 1], layer.c_out))).to(self.dtype)
            if layer.kind == "same":
                image = self._image(image, self.rgbs[rgb], y, rgb_styles[rgb])
                rgb += 1
        return image

    @staticmethod
    def _map(rows, channels):
        return rows[:, :channels, None, None]

    def _cast(self, t):
        return t if self.fused else t.to(self.dtype)

    def _activated(self, layer, z, factor):
        if self.fused:
            return F.leaky_relu(z * factor + (layer.noise + layer.bias), 0.2)
        return F.leaky_relu(torch.addcmul(layer.offset, z, factor.to(self.dtype)), 0.2)

    def _image(self, before, layer, y, styles):
        weight = layer.weight * styles[:, None, : layer.c_in]
        if self.rgb == "sum":
            rgb = torch.stack([(y * weight[:, i, :, None, None]).sum(1) for i in range(3)], 1)
        else:
            n, c, h, w = y.shape
            flat = y.to(self.dtype).permute(0, 2, 3, 1).reshape(n, h * w, c)
            product = torch.bmm(flat, weight.transpose(1, 2).to(self.dtype))
            rgb = product.float().transpose(1, 2).reshape(n, 3, h, w)
        rgb = rgb + layer.bias
        if before is None:
            return rgb
        larger = (
            enlarged(before)
            if self.fused
            else F.conv_transpose2d(before, self.image_filter, stride=2, padding=1, groups=3)
        )
        return larger + rgb


# ---- running and timing ---------------------------------------------------------------------------------------------


class Clock:
    """Medians of device time by events and of host time, waiting or only queueing. On a CPU all three are host time."""

    def __init__(self, device):
        self.cuda = device.type == "cuda"

    def sync(self):
        if self.cuda:
            torch.cuda.synchronize()

    def measure(self, call, seconds):
        self._warm(call, seconds / 4)
        device = self._device(call, seconds / 2) if self.cuda else None
        host, queued = self._host(call, seconds / 2)
        result = {"host_ms": summary(host), "enqueue_ms": summary(queued)}
        result["device_ms"] = summary(device) if device else result["host_ms"]
        return result

    def _warm(self, call, seconds):
        end = time.perf_counter() + seconds
        count = 0
        while count < 3 or time.perf_counter() < end:
            call()
            self.sync()
            count += 1

    def _device(self, call, seconds):
        marks = [torch.cuda.Event(enable_timing=True)]
        marks[0].record()
        end = time.perf_counter() + seconds
        while len(marks) < 21 or (time.perf_counter() < end and len(marks) < 2001):
            call()
            marks.append(torch.cuda.Event(enable_timing=True))
            marks[-1].record()
            if len(marks) % 20 == 0:
                marks[-2].synchronize()
        self.sync()
        return [a.elapsed_time(b) for a, b in zip(marks, marks[1:])]

    def _host(self, call, seconds):
        host, queued = [], []
        end = time.perf_counter() + seconds
        while len(host) < 5 or (time.perf_counter() < end and len(host) < 2000):
            start = time.perf_counter()
            call()
            middle = time.perf_counter()
            self.sync()
            host.append(1e3 * (time.perf_counter() - start))
            queued.append(1e3 * (middle - start))
        return host, queued


def summary(values):
    ordered = sorted(values)
    last = len(ordered) - 1
    return {
        "median": statistics.median(ordered),
        "p10": ordered[round(0.1 * last)],
        "p90": ordered[round(0.9 * last)],
        "count": len(ordered),
    }


def captured(call):
    """A call that replays what call does as a CUDA graph."""
    side = torch.cuda.Stream()
    side.wait_stream(torch.cuda.current_stream())
    with torch.cuda.stream(side):
        for _ in range(3):
            call()
    torch.cuda.current_stream().wait_stream(side)
    graph = torch.cuda.CUDAGraph()
    with torch.cuda.graph(graph):
        result = call()

    def replay():
        graph.replay()
        return result

    replay.source = call  # what was captured may refer to what this compiled
    return replay


@contextlib.contextmanager
def alone(lock):
    """Keeps other processes with this file out, so that what is timed inside is timed alone; None for no others."""
    if lock is None:
        yield
        return
    with open(lock, "w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def release(device):
    """Waits, and gives back memory that nothing uses: other processes want it."""
    if device.type == "cuda":
        torch.cuda.synchronize()
        torch.cuda.empty_cache()


class Bench:
    """A row's network and inputs, and the ways to run it that were prepared so far."""

    def __init__(self, row, device, weights):
        self.row = row
        self.device = device
        self.clock = Clock(device)
        self.weights = weights
        self.network = Synthesis(row, weights, device)
        generator = torch.Generator().manual_seed(2)
        w = torch.randn(row.batch, W_DIM, generator=generator)
        self.ws = self._codes(w)
        self.seed = torch.randn(row.batch, 3, row.size, row.size, generator=generator).to(device)
        self.runners = {}
        self.chosen = {}
        self.reference = None

    def _codes(self, w):
        return w.to(self.device).unsqueeze(1).repeat(1, self.row.num_ws(), 1).requires_grad_(self.row.backward)

    def call(self, synthesis):
        if self.row.backward:
            return lambda: torch.autograd.grad(synthesis(self.ws), self.ws, self.seed)[0]

        def forward():
            with torch.no_grad():
                return synthesis(self.ws)

        return forward

    def forms(self, fused):
        """The faster form of every enlarging layer; with a compiler only the convolution counts."""
        if fused not in self.chosen:
            self.chosen[fused] = tuple(self._form(layer, fused) for layer in self.network.convs)
        return self.chosen[fused]

    def _form(self, layer, fused):
        if layer.kind == "same":
            return "plain"
        side = layer.resolution // 2
        x = torch.randn(self.row.batch, layer.c_in, side, side, device=self.device)
        x = x.to(dtype=self.row.dtype, memory_format=torch.channels_last)
        times = {form: self._form_time(layer, x, form, fused) for form in ("poly", "transposed")}
        return min(times, key=times.get)

    def _form_time(self, layer, x, form, fused):
        part = layer.product if fused else layer.convolve
        x.requires_grad_(self.row.backward)

        def call():
            with torch.set_grad_enabled(self.row.backward):
                y = part(x, form)
                if self.row.backward:
                    torch.autograd.grad(y, x, y.detach())

        if self.clock.cuda:
            call = captured(call)
        return self.clock.measure(call, 0.02)["device_ms"]["median"]

    def prepare(self, mode, rgb, lock=None):
        """A call that does the row's work in this mode."""
        fused = mode in ("compile", "tuned")
        with alone(lock):
            synthesis = self.network.written(fused, rgb, self.forms(fused))
            if lock:
                self.call(self.network.written(False, "bmm", self.forms(fused)))()  # algorithms of the convolutions
                release(self.device)
        if fused:
            options = {"mode": "max-autotune-no-cudagraphs"} if mode == "tuned" else {}
            synthesis = torch.compile(synthesis, fullgraph=True, dynamic=False, **options)
        call = self.call(synthesis)
        call()
        release(self.device)
        with alone(lock):
            return captured(call) if mode != "eager" and self.clock.cuda else call

    def error(self, got):
        """Relative distance from the same work in float32, which must be small; None where that takes too much."""
        if self.row.batch * self.row.size**2 > (8 * 256**2 if self.row.backward else 8 * 1024**2):
            return None
        if self.reference is None:
            plain = Bench(Row(re.sub("fp16|bf16", "fp32", self.row.name)), self.device, self.weights)
            self.reference = plain.call(plain.network)()
        distance = relative(got, self.reference)
        if not distance < (0.1 if self.row.backward else 0.05):
            raise ArithmeticError("relative distance from float32 is %g" % distance)
        return distance


def relative(got, want):
    got, want = got.double(), want.double()
    return float((got - want).norm() / want.norm())


class Peer:
    """Measures rows, keeping what was compiled for the next round."""

    def __init__(self, device, weights, lock=None):
        self.device = torch.device(device)
        self.lock = lock
        self.loaded = {int(size): read_weights(path) for size, path in weights.items()}
        self.benches = {}
        self.best_rgb = {}

    def hello(self):
        cuda = self.device.type == "cuda"
        return {
            "torch": torch.__version__,
            "cuda": torch.version.cuda,
            "cudnn": torch.backends.cudnn.version() if cuda else None,
            "device": torch.cuda.get_device_name() if cuda else "cpu",
            "modes": [mode for mode in MODES if not self._missing(mode)],
        }

    def _missing(self, mode):
        if mode in ("compile", "tuned") and not hasattr(torch, "compile"):
            return "this PyTorch has no compiler"
        if mode == "graph" and self.device.type != "cuda":
            return "there are no CUDA graphs on a CPU"
        return None

    def weights(self, row):
        if row.size not in self.loaded:
            self.loaded[row.size] = random_weights(row)
        return self.loaded[row.size]

    def bench(self, row):
        if row.name not in self.benches:
            self.benches[row.name] = Bench(row, self.device, self.weights(row))
        return self.benches[row.name]

    def measure(self, row, modes, seconds, limit):
        """Results of the row, one by one; one that fails or takes longer than the limit says so and is skipped."""
        end = time.monotonic() + limit
        for mode in modes:
            for rgb in self._rgb_forms(row, mode):
                yield self._guarded(row, mode, rgb, lambda *way: self._timed(*way, seconds), end)
        self._keep_fastest(row)

    def prepare(self, row, modes, limit):
        """Gets the row ready to be measured in each mode; one that fails or takes longer than the limit says so."""
        end = time.monotonic() + limit
        for mode in modes:
            rgb = RGB[row.backward] if mode in ("compile", "tuned") else "bmm"
            self.best_rgb[row.backward] = RGB[row.backward]
            yield self._guarded(row, mode, rgb, self._ready, end)
        bench = self.benches.get(row.name)
        if bench is not None:
            bench.reference = None
        release(self.device)

    def _rgb_forms(self, row, mode):
        if mode in ("eager", "graph"):
            return ["bmm"]
        known = self.best_rgb.get(row.backward)
        return [known] if known else ["sum", "bmm"]

    def _guarded(self, row, mode, rgb, work, end):
        result = {"row": row.name, "mode": mode, "rgb": rgb}
        left = end - time.monotonic()
        missing = self._missing(mode)
        if missing or left < 1:
            return dict(result, error=missing or "no time left")
        try:
            signal.setitimer(signal.ITIMER_REAL, left)
            return dict(result, **work(row, mode, rgb))
        except Exception as error:  # pylint: disable=broad-except
            return dict(result, error=reason(error, left, time.monotonic() >= end))
        finally:
            signal.setitimer(signal.ITIMER_REAL, 0)

    def _ready(self, row, mode, rgb):
        """What was found while the row was prepared; its call, the time and this are kept."""
        bench = self.bench(row)
        if (mode, rgb) not in bench.runners:
            start = time.monotonic()
            extra = {}
            call = bench.prepare(mode, rgb, self.lock)
            extra["prepare_s"] = time.monotonic() - start
            extra["forms"] = [form for form in bench.forms(mode in ("compile", "tuned")) if form != "plain"]
            extra["relative_error"] = bench.error(call())
            bench.runners[mode, rgb] = [call, math.inf, extra]
        return bench.runners[mode, rgb][2]

    def _timed(self, row, mode, rgb, seconds):
        self._ready(row, mode, rgb)
        bench = self.bench(row)
        entry = bench.runners[mode, rgb]
        times = bench.clock.measure(entry[0], seconds)
        entry[1] = min(entry[1], times["device_ms"]["median"])
        return dict(times, **entry[2])

    def _keep_fastest(self, row):
        """Frees the memory of slower ways, and remembers how ToRGB was faster in compiled ones."""
        bench = self.benches.get(row.name)
        if bench is None or not bench.runners:
            return
        compiled = {key: entry for key, entry in bench.runners.items() if key[0] in ("compile", "tuned")}
        if compiled and row.backward not in self.best_rgb:
            self.best_rgb[row.backward] = min(compiled, key=lambda key: compiled[key][1])[1]
        fastest = min(bench.runners, key=lambda key: bench.runners[key][1])
        bench.runners = {fastest: bench.runners[fastest]}
        release(self.device)

    def again(self, row, seconds):
        """The fastest way of an earlier measurement of the row once more."""
        bench = self.benches.get(row.name)
        if bench is None or not bench.runners:
            return []
        (mode, rgb), _ = min(bench.runners.items(), key=lambda item: item[1][1])
        end = time.monotonic() + 20 + 10 * seconds
        return [self._guarded(row, mode, rgb, lambda *way: self._timed(*way, seconds), end)]

    def picture(self, row, codes, path):
        """Writes the pictures of style codes [N, 512] (a list of rows) as float32, for a comparison with ours."""
        bench = self.bench(row)
        with torch.no_grad():
            image = bench.network(bench._codes(torch.tensor(codes)).detach())
        with open(path, "wb") as file:
            file.write(image.float().cpu().contiguous().numpy().tobytes())
        return list(image.shape)


# ---- command line ---------------------------------------------------------------------------------------------------


def set_up(shared=None, threads=None):
    """Plain float32 where it is asked for, algorithms by trial, and room for every row's compiled network."""
    compile_with(shared, threads)
    signal.signal(signal.SIGALRM, on_alarm)
    torch.backends.cudnn.benchmark = True
    torch.backends.cudnn.allow_tf32 = False
    torch.backends.cuda.matmul.allow_tf32 = False
    if hasattr(torch, "compile"):
        from torch import _dynamo  # pylint: disable=import-outside-toplevel

        for name in ("recompile_limit", "cache_size_limit"):
            if hasattr(_dynamo.config, name):
                setattr(_dynamo.config, name, 64)


def lock_of(shared):
    return shared and os.path.join(shared, "lock")


def compile_with(shared, threads):
    """A folder of its own for what is compiled, which none that was ended left half written; so many compilers."""
    if shared:
        os.environ["TORCHINDUCTOR_CACHE_DIR"] = os.path.join(shared, "compiled-%d" % os.getpid())
    if threads and hasattr(torch, "compile"):
        from torch._inductor import config  # pylint: disable=import-outside-toplevel

        config.compile_threads = threads


def on_alarm(_signal, _frame):
    raise TimeoutError("took longer than its limit")


def serve(hello, answer):
    """Answers requests, a line of JSON each, with lines of JSON of which the last has "done"."""
    out = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)

    def say(value):
        out.write(json.dumps(value) + "\n")
        out.flush()

    say(dict(hello, done=True))
    for line in sys.stdin:
        request = json.loads(line)
        try:
            answer(request, say)
            say({"done": True})
        except Exception as error:  # pylint: disable=broad-except
            say({"done": True, "error": brief(error)})


def reason(error, limit, late):
    """Why something was not done in so many seconds. Compilers that are late say so in many ways, and are ended."""
    if not late:
        return brief(error)
    try:
        from torch._inductor.async_compile import shutdown_compile_workers  # pylint: disable=import-outside-toplevel

        shutdown_compile_workers()
    except ImportError:
        pass  # a PyTorch without them
    return "%.0f s were not enough" % limit


def brief(error):
    """An error in one line."""
    return " ".join(("%s: %s" % (type(error).__name__, error)).split())[:300]


def answer(peer, request, say):
    row = Row(request["row"])
    do = request["do"]
    if do == "prepare":
        for result in peer.prepare(row, request["modes"], request["limit"]):
            say(result)
    elif do == "measure":
        for result in peer.measure(row, request["modes"], request["seconds"], request["limit"]):
            say(result)
    elif do == "again":
        for result in peer.again(row, request["seconds"]):
            say(result)
    elif do == "weights":
        peer.loaded[row.size] = read_weights(request["file"])
    elif do == "picture":
        say({"shape": peer.picture(row, request["codes"], request["file"])})
    elif do == "forget":
        peer.benches.pop(row.name, None)
    else:
        raise ValueError("unknown request %r" % do)


def once(peer, args):
    """Measures rows within a limit, printing and storing each as it comes."""
    end = time.monotonic() + args.limit
    results = []
    for name in args.rows.split(","):
        row = Row(name)
        for result in peer.measure(row, args.modes.split(","), args.seconds, max(0, end - time.monotonic())):
            results.append(result)
            print(line_of(result), flush=True)
            if args.out:
                with open(args.out, "w") as file:
                    json.dump({"peer": peer.hello(), "results": results}, file, indent=1)
        peer.benches.pop(row.name, None)


def line_of(result):
    head = "%-24s %-8s %-4s" % (result["row"], result["mode"], result["rgb"])
    if "error" in result:
        return "%s %s" % (head, result["error"])
    error = result.get("relative_error")
    return "%s device %.3f ms, host %.3f ms, queued in %.3f ms%s" % (
        head,
        result["device_ms"]["median"],
        result["host_ms"]["median"],
        result["enqueue_ms"]["median"],
        "" if error is None else ", %.2e from float32" % error,
    )


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--serve", action="store_true")
    parser.add_argument("--rows", default="1024-b8-forward-fp16,256-b1-forward-fp16")
    parser.add_argument("--modes", default="eager,graph,compile")
    parser.add_argument("--limit", type=float, default=400)
    parser.add_argument("--seconds", type=float, default=1)
    parser.add_argument("--weights", action="append", default=[], metavar="SIZE=FILE")
    parser.add_argument("--device", default="cuda", choices=["cuda", "cpu"])
    parser.add_argument("--shared", metavar="DIR", help="a folder of processes that prepare rows at the same time")
    parser.add_argument("--threads", type=int, help="compilers at once")
    parser.add_argument("--out")
    args = parser.parse_args()
    if args.device == "cuda" and not torch.cuda.is_available():
        parser.error("PyTorch sees no GPU; --device cpu is for dry runs")
    set_up(args.shared, args.threads)
    peer = Peer(args.device, dict(item.split("=", 1) for item in args.weights), lock_of(args.shared))
    if args.serve:
        serve(peer.hello(), lambda request, say: answer(peer, request, say))
    else:
        once(peer, args)


if __name__ == "__main__":
    main()
