"""Misprints of the chapter that the gate accepts because they are true, and why."""

LARGER = "weaker: a larger upper bound"
SMALLER = "weaker: a smaller left side, most often a negative one"

REASONS = {
    "cv-(matrix|place|third): indices exchanged": "delta_ij = delta_ji",
    "cv-covariance: (indices exchanged|i for j|j for i|sub flipped|right of sub dropped)": "delta_ki = delta_ik, and a constant in one factor averages out, because the other factor has mean 0",
    "cv-(columns|rows|share-columns|log-rows): sign of the side flipped": "minus 0 is 0",
    "cv-log-rows: (log exchanged|log dropped)": "every function of p_i ignores a common shift",
    "cv-two-layers: 0 off by one": "F(0, 1) = F(1, 0) = F(0, 0)",
    "cv-generalised: left factor dropped": "what is left is J = J",
    "cv-(popoviciu|gershgorin|lipschitz|total-variation|lipschitz-entries|loss-lipschitz): sign of the side flipped": SMALLER,
    "cv-(descent|step|factor|above|lead|saturation): sign of the side flipped": SMALLER,
    "cv-(strong|floor|below): sign of the side flipped": "weaker: a negative lower bound",
    "cv-(popoviciu|lipschitz|lipschitz-entries): (left factor dropped|quotient inverted|denominator dropped|1 off by one)": LARGER,
    "cv-gershgorin: (right factor dropped|left factor dropped|2 off by one|1 off by one)": LARGER,
    "cv-gershgorin: (sub flipped|right of sub dropped)": LARGER,
    "cv-loss-lipschitz: 2 off by one": LARGER,
    "cv-descent: (left of sub dropped|left factor dropped|quotient inverted|denominator dropped|1 off by one)": "weaker: a smaller left side or a larger upper bound",
    "cv-step: (left of sub dropped|denominator dropped)": "weaker: it promises a smaller decrease, or none",
    "cv-strong: (sub flipped|right of sub dropped|left factor dropped)": "weaker: a larger left side",
    "cv-strong: power dropped": "the deviations from the plain mean add up to 0",
    "cv-factor: (left of sub dropped|exponent raised|sub flipped|right of sub dropped|left factor dropped)": "weaker: a smaller left side, or a larger right side",
    "cv-above: right factor dropped": "true: by cv-descent the left side is at most rho^2 / 8, which is below the fraction",
    "cv-above: (left of sub dropped|sub flipped|right of sub dropped|exponent raised|left factor dropped)": "weaker: a smaller left side, or a larger right side",
    "cv-below: (sub flipped|right of sub dropped|left of sub dropped|add flipped|right of add dropped)": "weaker: a larger left side (losses are not negative), or a negative right side",
    "cv-below: (left of add dropped|1 off by one)": "weaker: a smaller right side",
    "cv-lead: (left of sub dropped|right factor dropped|sub flipped|right of sub dropped|exponent raised|power dropped)": "weaker: minus p_c on the left, or a larger right side",
    "cv-saturation: (left factor dropped|right factor dropped|2 off by one|sub flipped|right of sub dropped|1 off by one)": LARGER,
}
