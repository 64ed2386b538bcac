/** Shapes, text, paint and filters. What runs, animates, embeds other documents or links is not among them. */
const ELEMENTS = new Set(
  `svg g defs symbol use title desc metadata path rect circle ellipse line polyline polygon
   text tspan textPath linearGradient radialGradient stop pattern clipPath mask marker image style switch view
   filter feBlend feColorMatrix feComponentTransfer feComposite feConvolveMatrix feDiffuseLighting feDisplacementMap
   feDistantLight feDropShadow feFlood feFuncA feFuncB feFuncG feFuncR feGaussianBlur feMerge feMergeNode
   feMorphology feOffset fePointLight feSpecularLighting feSpotLight feTile feTurbulence`
    .split(/\s+/)
    .filter(Boolean),
);

/** Raster pictures within the drawing itself. */
const INLINE_IMAGE = /^data:image\/(png|jpe?g|gif|webp);base64,[A-Za-z0-9+/=\s]*$/;

export function isAllowedElement(name: string): boolean {
  return ELEMENTS.has(name);
}

/** References lead within the drawing, or to a picture that is part of it; anything else would be loaded from elsewhere. */
export function isAllowedAttribute(name: string, value: string): boolean {
  if (!/^[A-Za-z_][\w.-]*(:[A-Za-z_][\w.-]*)?$/.test(name)) return false;
  const local = name.slice(name.indexOf(":") + 1).toLowerCase();
  if (local.startsWith("on")) return false;
  if (name === "xmlns" || name.startsWith("xmlns:")) return true;
  if (local === "href" || local === "src") return /^\s*#/.test(value) || INLINE_IMAGE.test(value.trim());
  return isInertStyle(value);
}

/** Whether CSS, or an attribute that takes `url(…)`, stays within the drawing. */
export function isInertStyle(css: string): boolean {
  const plain = css.replace(/\\[0-9a-f]{1,6}\s?|\\./gi, "\\");
  if (/\\|@import|expression\s*\(|javascript:|-moz-binding|behavior\s*:/i.test(plain)) return false;
  return [...plain.matchAll(/url\s*\(\s*['"]?\s*(.)?/gi)].every(([, first]) => first === "#");
}
