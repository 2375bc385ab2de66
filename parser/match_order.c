#include "parser/match_order.h"

#include "base/memory.h"

#include <stdlib.h>

static int compare(const void *a, const void *b)
{
    const struct match *first = a, *second = b;
    if (first->end != second->end)
        return first->end < second->end ? -1 : 1;
    if (first->start != second->start)
        return first->start < second->start ? -1 : 1;
    return first->pattern < second->pattern ? -1 : first->pattern > second->pattern;
}

bool match_order_add(struct match_order *order, const struct match *match)
{
    if (!order->matches)
        order->matches = memory_allocate(MATCH_ORDERED * sizeof *order->matches);
    order->is_sorted = order->count == 0 ||
                       (order->is_sorted && compare(&order->matches[order->count - 1], match) <= 0);
    order->matches[order->count++] = *match;
    return order->count < MATCH_ORDERED;
}

void match_order_clear(struct match_order *order)
{
    order->count = 0;
}

int match_order_tell(struct match_order *order, match_call *call, void *context, struct error *err)
{
    int answer = 0;
    if (!order->is_sorted && order->count > 0)
        qsort(order->matches, order->count, sizeof *order->matches, compare);
    for (size_t i = 0; i < order->count && answer == 0; i++)
        answer = call(context, &order->matches[i], err);
    match_order_clear(order);
    return answer;
}

void match_order_release(struct match_order *order)
{
    free(order->matches);
    *order = (struct match_order){0};
}
