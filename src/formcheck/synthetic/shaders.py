"""The GLSL programs: shadow depth, people, everything else."""

from __future__ import annotations

DEPTH_VERTEX = """
#version 330
uniform mat4 light;
in vec3 in_pos;
void main() { gl_Position = light * vec4(in_pos, 1.0); }
"""

DEPTH_FRAGMENT = """
#version 330
void main() {}
"""

_LIGHTING = """
uniform vec3 sun_dir;
uniform vec3 sun_colour;
uniform vec3 sky_colour;
uniform vec3 ground_colour;
uniform vec3 eye;
uniform mat4 light;
uniform mat4 above;
uniform sampler2DShadow shadow_map;
uniform sampler2D above_map;
uniform float exposure;

float sun_seen(vec3 p, vec3 n) {
    vec4 q = light * vec4(p + n * 0.012, 1.0);
    vec3 s = q.xyz / q.w * 0.5 + 0.5;
    if (any(lessThan(s, vec3(0.0))) || any(greaterThan(s, vec3(1.0)))) return 1.0;
    float r = 1.3 / 1024.0, sum = 0.0;
    sum += texture(shadow_map, vec3(s.xy + vec2(-r, -0.4 * r), s.z - 0.0015));
    sum += texture(shadow_map, vec3(s.xy + vec2(0.4 * r, -r), s.z - 0.0015));
    sum += texture(shadow_map, vec3(s.xy + vec2(r, 0.4 * r), s.z - 0.0015));
    sum += texture(shadow_map, vec3(s.xy + vec2(-0.4 * r, r), s.z - 0.0015));
    return sum * 0.25;
}

// how open the hemisphere above a point is: from the heights of what hangs close above it
float openness(vec3 p, vec3 n) {
    vec4 q = above * vec4(p + n * 0.02, 1.0);
    vec2 uv = q.xy / q.w * 0.5 + 0.5;
    if (any(lessThan(uv, vec2(0.002))) || any(greaterThan(uv, vec2(0.998)))) return 1.0;
    float z = q.z / q.w * 0.5 + 0.5, occ = 0.0;
    const vec2 k[8] = vec2[8](vec2(1, 0), vec2(-1, 0), vec2(0, 1), vec2(0, -1),
                              vec2(0.7, 0.7), vec2(-0.7, 0.7), vec2(0.7, -0.7), vec2(-0.7, -0.7));
    for (int i = 0; i < 8; i++) {
        float r = (i < 4) ? 0.007 : 0.019;
        float d = (z - textureLod(above_map, uv + k[i] * r, 0.0).r) * 4.0;   // metres
        occ += smoothstep(0.004, 0.05, d) * (1.0 - smoothstep(0.25, 0.9, d));
    }
    return 1.0 - 0.075 * occ;
}

vec3 lit(vec3 albedo, vec3 p, vec3 n, float wrap, float gloss) {
    float seen = sun_seen(p, n);
    float open = openness(p, n);
    float nl = max((dot(n, sun_dir) + wrap) / (1.0 + wrap), 0.0);
    vec3 ambient = mix(ground_colour, sky_colour, n.y * 0.5 + 0.5) * open;
    vec3 c = albedo * (ambient + sun_colour * nl * seen);
    vec3 v = normalize(eye - p);
    vec3 h = normalize(v + sun_dir);
    float rim = pow(1.0 - max(dot(n, v), 0.0), 4.0);
    c += gloss * (sun_colour * pow(max(dot(n, h), 0.0), 24.0) * seen + 0.35 * rim * sky_colour);
    return c;
}

vec4 developed(vec3 c) {
    c *= exposure;
    c = c / (1.0 + 0.18 * c);
    return vec4(pow(clamp(c, 0.0, 1.0), vec3(1.0 / 2.2)), 1.0);
}

float hash(vec3 p) {
    p = fract(p * vec3(0.1031, 0.1030, 0.0973));
    p += dot(p, p.yxz + 33.33);
    return fract((p.x + p.y) * p.z);
}
float noise(vec3 p) {
    vec3 i = floor(p), f = fract(p);
    f = f * f * (3.0 - 2.0 * f);
    return mix(mix(mix(hash(i), hash(i + vec3(1, 0, 0)), f.x),
        mix(hash(i + vec3(0, 1, 0)), hash(i + vec3(1, 1, 0)), f.x), f.y),
               mix(mix(hash(i + vec3(0, 0, 1)), hash(i + vec3(1, 0, 1)), f.x),
        mix(hash(i + vec3(0, 1, 1)), hash(i + vec3(1, 1, 1)), f.x), f.y), f.z);
}
"""

BODY_VERTEX = """
#version 330
uniform mat4 clip;
in vec3 in_pos;
in vec3 in_normal;
in vec3 in_rest;
in vec3 in_head;
in vec4 in_cover;
out vec3 pos; out vec3 normal; out vec3 rest; out vec3 head; out vec4 cover;
void main() {
    pos = in_pos; normal = in_normal; rest = in_rest; head = in_head; cover = in_cover;
    gl_Position = clip * vec4(in_pos, 1.0);
}
"""

BODY_FRAGMENT = (
    """
#version 330
in vec3 pos; in vec3 normal; in vec3 rest; in vec3 head; in vec4 cover;
out vec4 out_colour;
"""
    + _LIGHTING
    + """
uniform vec3 skin; uniform vec3 hair; uniform vec3 eyes;
uniform vec3 top_a; uniform vec3 top_b; uniform vec3 bottom_a; uniform vec3 bottom_b;
uniform vec3 shoe_a; uniform vec3 sole;
uniform int top_pattern; uniform int bottom_pattern; uniform int shod;
uniform float crease; uniform float beard; uniform float seed; uniform float sole_y;

vec3 cloth(int pattern, vec3 a, vec3 b, vec3 p) {
    float k = 0.0;
    if (pattern == 1) k = step(0.5, fract(p.y * 17.0));
    else if (pattern == 2) k = 0.5 * step(0.5, fract(p.y * 13.0)) + 0.5 * step(0.5, fract(p.z * 13.0));
    else if (pattern == 3) { vec2 c = fract(p.yz * 22.0) - 0.5; k = 1.0 - smoothstep(0.22, 0.28, length(c)); }
    else if (pattern == 4) k = smoothstep(0.45, 0.60, noise(p * 16.0 + seed));
    else if (pattern == 5) k = step(0.035, abs(abs(p.z) - 0.13));
    if (pattern == 5) return mix(b, a, k);
    return mix(a, b, k);
}

vec3 face(vec3 c, vec3 h, out float gloss) {
    gloss = 0.03;
    float z = abs(h.z);
    if (h.x < 0.03) return c;
    // warm cheeks and lips
    c = mix(c, c * vec3(1.06, 0.86, 0.84), 0.55
        * (1.0 - smoothstep(0.010, 0.030, distance(vec2(h.y, z), vec2(0.040, 0.042)))));
    float curve = 0.0075 - 4.0 * z * z;
    float lip = (1.0 - smoothstep(0.0055, 0.0085, abs(h.y - (curve - 0.001))
        + max(z - 0.012, 0.0) * 0.35)) * (1.0 - smoothstep(0.020, 0.024, z)) * step(0.07, h.x);
    c = mix(c, c * vec3(0.86, 0.55, 0.54), lip * 0.8);
    float slit = (1.0 - smoothstep(0.0006, 0.0016, abs(h.y - 0.0068 + 5.0 * z * z)))
        * (1.0 - smoothstep(0.019, 0.022, z)) * step(0.07, h.x);
    c = mix(c, c * 0.30, slit);
    // nostrils
    float nostril = 1.0 - smoothstep(0.0024, 0.0042, length(vec2((h.y - 0.0275) * 1.4, z - 0.0068)));
    c = mix(c, c * 0.35, nostril * step(0.10, h.x));
    // brows
    float arch = 0.0955 + 0.006 * smoothstep(0.010, 0.034, z) - 0.010 * smoothstep(0.036, 0.052, z);
    float brow = (1.0 - smoothstep(0.0022, 0.0046, abs(h.y - arch))) * smoothstep(0.008, 0.014, z)
        * (1.0 - smoothstep(0.046, 0.053, z));
    c = mix(c, hair * 0.75, brow * 0.85);
    // eyes: lids, white, iris, pupil, a highlight
    vec2 e = vec2(z - 0.0315, h.y - 0.0705);
    float open = 0.0062 * (1.0 - pow(abs(e.x) / 0.0155, 2.0));
    float in_eye = smoothstep(0.0, 0.0010, open - abs(e.y + 0.0006)) * step(abs(e.x), 0.0155);
    float lash = (1.0 - smoothstep(0.0004, 0.0020, abs(open - (e.y + 0.0006)))) * step(abs(e.x), 0.0165);
    float shade = 1.0 - smoothstep(0.004, 0.020, length(e * vec2(0.8, 1.2)));
    c = mix(c, c * vec3(0.80, 0.72, 0.70), shade * 0.45);
    vec3 ball = vec3(0.86, 0.84, 0.82);
    float r = length(e);
    ball = mix(ball, eyes, 1.0 - smoothstep(0.0052, 0.0060, r));
    ball = mix(ball, vec3(0.02), 1.0 - smoothstep(0.0022, 0.0028, r));
    c = mix(c, ball, in_eye);
    c = mix(c, vec3(0.05, 0.04, 0.04), lash * 0.75);
    gloss = mix(gloss, 0.25, in_eye);
    // beard
    float area = smoothstep(0.030, 0.012, h.y - 0.9 * max(0.055 - h.x, 0.0))
        * (1.0 - smoothstep(-0.055, -0.062, -h.y * 0.0 - 0.0)) * step(-0.055, h.y);
    float tash = (1.0 - smoothstep(0.0025, 0.0075, abs(h.y - 0.0200))) * (1.0 - smoothstep(0.022, 0.028, z));
    area = max(area * (1.0 - lip) * smoothstep(0.004, 0.012, abs(h.y - 0.006) + max(z - 0.014, 0.0)), tash);
    c = mix(c, hair * 0.8 + 0.02, beard * area * (0.60 + 0.40 * noise(h * 900.0)));
    return c;
}

void main() {
    vec3 n = normalize(normal);
    float layer = min(min(cover.x, cover.y), min(cover.z, cover.w));
    vec3 c; float gloss = 0.02, wrap = 0.15;
    if (layer > 0.0) {
        float blotch = noise(rest * 24.0 + seed) * 0.5 + noise(rest * 90.0) * 0.25;
        c = skin * (0.93 + 0.12 * blotch);
        c = mix(c, c * vec3(1.05, 0.90, 0.88), 0.35 * noise(rest * 9.0 + 7.0));
        gloss = 0.035; wrap = 0.28;
        if (head.y > -0.075 && abs(head.z) < 0.12 && head.x > -0.1) c = face(c, head, gloss);
        // nails and the edge of the cloth stay simple: a soft shade under hems
        c *= 0.72 + 0.28 * smoothstep(0.0, 0.012, layer);
    } else if (cover.w < 0.0) {
        float strand = noise(vec3(head.z * 420.0, head.y * 60.0, head.x * 130.0));
        c = hair * (0.65 + 0.7 * strand);
        gloss = 0.10 * strand;
    } else if (cover.z < 0.0) {
        c = shoe_a * (0.94 + 0.12 * noise(rest * 260.0));
        if (shod == 1) { if (rest.y < sole_y) c = sole; gloss = 0.05; }
    } else {
        bool upper = cover.x < 0.0;   // the shirt hangs over the waistband
        vec3 a = upper ? top_a : bottom_a, b = upper ? top_b : bottom_b;
        c = cloth(upper ? top_pattern : bottom_pattern, a, b, rest);
        c *= 0.95 + 0.10 * noise(rest * 420.0);
        vec3 q = rest * vec3(15.0, 24.0, 18.0) + seed;
        float f0 = noise(q + 2.0 * noise(q * 0.5));
        vec3 g = vec3(noise(q + vec3(0.35, 0, 0)), noise(q + vec3(0, 0.35, 0)), noise(q + vec3(0, 0,
        0.35))) - noise(q);
        n = normalize(n - crease * 0.85 * g);
        c *= 1.0 - 0.22 * crease * smoothstep(0.55, 0.85, f0);
        c *= 0.80 + 0.20 * smoothstep(0.0, 0.0055, upper ? -cover.x : -cover.y);
        gloss = 0.012;
    }
    if (!gl_FrontFacing) n = -n;
    out_colour = developed(lit(c, pos, n, wrap, gloss));
}
"""
)

SCENE_VERTEX = """
#version 330
uniform mat4 clip;
in vec3 in_pos; in vec3 in_normal; in vec2 in_uv; in float in_layer; in vec3 in_tint;
out vec3 pos; out vec3 normal; out vec2 uv; out float layer; out vec3 tint;
void main() {
    pos = in_pos; normal = in_normal; uv = in_uv; layer = in_layer; tint = in_tint;
    gl_Position = clip * vec4(in_pos, 1.0);
}
"""

SCENE_FRAGMENT = (
    """
#version 330
in vec3 pos; in vec3 normal; in vec2 uv; in float layer; in vec3 tint;
uniform sampler2DArray surfaces;
out vec4 out_colour;
"""
    + _LIGHTING
    + """
void main() {
    if (dot(normal, eye - pos) < 0.0) discard;   // walls are seen from inside only
    vec3 c = texture(surfaces, vec3(uv, layer)).rgb;
    out_colour = developed(lit(c * c * tint, pos, normalize(normal), 0.0, 0.015));
}
"""
)
