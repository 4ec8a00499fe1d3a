"""Who is competent: which unit takes a case, why, whom it bars, who stands in. Pure: values in, values out."""
